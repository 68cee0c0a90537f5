"""The form of every action that a person takes on an existing opinion, by the action's code."""

from . import asking, joint, merging, notes, register, reopen, report_back, supervise, triage

FORMS = {
    form.code: form
    for form in [
        register.Amend,
        register.Withdraw,
        register.Erase,
        register.GiveCopy,
        register.ReissueCode,
        triage.Classify,
        triage.Route,
        triage.Recall,
        triage.Decline,
        merging.Merge,
        merging.Unmerge,
        triage.Reconsider,
        triage.IssueHandover,
        triage.Sign,
        triage.ReturnIt,
        triage.HandOn,
        joint.JointSign,
        joint.JointAnswer,
        joint.JointReturn,
        supervise.AskExtension,
        supervise.GrantExtension,
        supervise.RefuseExtension,
        supervise.Suspend,
        supervise.Resume,
        asking.AskCitizen,
        asking.AnswerQuestion,
        supervise.Notify,
        supervise.IssueSupervision,
        supervise.Acknowledge,
        supervise.Escalate,
        report_back.Answer,
        report_back.ReportBack,
        report_back.IssueReply,
        report_back.CallBack,
        report_back.Evaluate,
        report_back.Rate,
        reopen.Reopen,
        notes.Supplement,
        notes.NoteProgress,
        notes.NoteInternally,
    ]
}
