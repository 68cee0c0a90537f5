"""Every action of the table with words that fit it, and opinions that are ready for it."""

from datetime import timedelta
from importlib import import_module

from accounts.actors import CITIZEN, SYSTEM
from accounts.models import User
from letters import drafts
from letters.models import Organ
from opinions.lifecycle.transitions import ACTIONS
from opinions.models import Opinion
from studios.models import Agency

# What an action needs beyond its status: the way to an opinion that has it.
READY = {
    "redact": lambda walk, status: walk.to(status, keep_secret=True),
    "grant_extension": lambda walk, status: walk.extension_asked(),
    "refuse_extension": lambda walk, status: walk.extension_asked(),
    "resume": lambda walk, status: walk.suspended(),
    "answer_question": lambda walk, status: walk.asked(),
    "evaluate": lambda walk, status: walk.follower_told() if status == "merged" else walk.to(status),
    "reopen": lambda walk, status: walk.follower_told() if status == "merged" else walk.to(status),
    "share_answer": lambda walk, status: walk.follower_told(),
    "acknowledge": lambda walk, status: walk.under_notice(status),
    "issue_supervision": lambda walk, status: letter_waits(walk.under_notice(status)),
    "sign_off_letter": lambda walk, status: drafted(walk.to(status)),
    "joint_sign": lambda walk, status: walk.joined(status),
    "joint_answer": lambda walk, status: walk.joined(status, signed=True),
    "joint_return": lambda walk, status: walk.joined(status),
    "hand_on_part": lambda walk, status: nobody_joins(walk, walk.joined(status)),
    "hand_on": lambda walk, status: left_alone(walk, walk.to(status)),
    "recalculate": lambda walk, status: provisional(walk.to(status)),
}
WORDS = {
    "amend": lambda walk: {"title": "村口的路坏了三处"},
    "move": lambda walk: {"township": walk.office.zhenxi, "why": {"rule": "township", "decree": "1号"}},
    "withdraw": lambda walk: {"reason": "已自行解决"},
    "archive": lambda walk: {},
    "undo_import": lambda walk: {},
    "erase": lambda walk: {"reason": "群众要求删除"},
    "give_copy": lambda walk: {"reason": "本人持身份证到场"},
    "reissue_code": lambda walk: {"tail": "0001"},
    "classify": lambda walk: {"category": walk.office.roads, "matter_type": "help"},
    "redact": lambda walk: {"hide": ["桥头那家"]},
    "route": lambda walk: {"lead_agency": walk.office.transport},
    "decline": lambda walk: {"reason": "litigation", "right_door": "人民法院"},
    "merge": lambda walk: {"into": walk.to("routed").number},
    "recall": lambda walk: {},
    "unmerge": lambda walk: {"reason": "不是同一处"},
    "reconsider": lambda walk: {"reason": "补充了材料"},
    "issue_handover": lambda walk: {"words": "请实地查看"},
    "issue_reply": lambda walk: {},
    "sign": lambda walk: {},
    "joint_sign": lambda walk: {"agency": walk.office.ecology},
    "joint_answer": lambda walk: {"agency": walk.office.ecology, "answer": "已清理排水沟。"},
    "joint_return": lambda walk: {"agency": walk.office.ecology, "reason": "不归本部门管"},
    "hand_on_part": lambda walk: {"agency": walk.office.ecology, "reason": "该单位已撤销"},
    "hand_on": lambda walk: {"reason": "该单位已撤销"},
    "return_it": lambda walk: {"reason": "不属职责范围"},
    "ask_extension": lambda walk: {"days": 3, "reason": "要勘测"},
    "grant_extension": lambda walk: {},
    "refuse_extension": lambda walk: {"reason": "时间够用"},
    "suspend": lambda walk: {"reason": "等材料", "until_on": (walk.now + timedelta(days=10)).date()},
    "resume": lambda walk: {},
    "ask_citizen": lambda walk: {"question": "是哪一盏灯？"},
    "answer_question": lambda walk: {"words": "桥头第二盏"},
    "share_answer": lambda walk: {},
    "notify": lambda walk: {"kind": "urge"},
    "issue_supervision": lambda walk: {"words": "请实地查看"},
    "sign_off_letter": lambda walk: {},
    "file_paper": lambda walk: {"paper": "form", "digest": "0" * 64, "pages": 2},
    "acknowledge": lambda walk: {"reply": "马上办", "promised_on": (walk.now + timedelta(days=9)).date()},
    "escalate": lambda walk: {"reason": "多村反映"},
    "recalculate": lambda walk: {"year": 2026},
    "answer": lambda walk: {"outcome": "A", "answer": "已修好。"},
    "report_back": lambda walk: {"how": "visit"},
    "not_told": lambda walk: {"error": "号码不存在"},
    "call_back": lambda walk: {"reached": False},
    "evaluate": lambda walk: {"satisfaction": "satisfied", "how": "phone"},
    "rate": lambda walk: {"rating": "satisfied"},
    "close": lambda walk: {},
    "reopen": lambda walk: {"reason": "没修好"},
    "supplement": lambda walk: {"words": "昨天又塌了一截"},
    "share_supplement": lambda walk: {"of": "433101-2026-000002", "words": "我家门口也塌了"},
    "explain": lambda walk: {"words": "您反映的事已转给交通局，办好会告诉您。"},
    "note_progress": lambda walk: {"words": "已进场施工", "shown": True},
    "note_internally": lambda walk: {"words": "与村里电话核实过"},
}


def provisional(opinion):
    """As if its deadline had been reckoned by a calendar that was not published yet."""
    Opinion.objects.filter(pk=opinion.pk).update(due_provisional=True)
    return opinion


def left_alone(walk, opinion):
    """At an agency that has no account."""
    empty, _new = Agency.objects.get_or_create(county=walk.office.jishou, name="吉首市无人局")
    Opinion.objects.filter(pk=opinion.pk).update(lead_agency=empty)
    return opinion


def nobody_joins(walk, opinion):
    """Nobody at the joint agency has an account that works."""
    User.objects.filter(pk=walk.cast.other_handler.pk).update(is_active=False)
    return opinion


def letter_waits(opinion):
    """As if the ladder had stood still, so that its letter is a person's to issue."""
    Opinion.objects.filter(pk=opinion.pk).update(letter_owed="supervision")
    return opinion


def drafted(opinion):
    """With a hand-over letter that waits to be signed off."""
    drafts.draft(
        organ=Organ.of(opinion.county),
        kind="handover",
        township=opinion.township,
        about=opinion.number,
        occasion="x",
        facts={},
        by=SYSTEM,
        at=opinion.changed_at,
        agency=opinion.lead_agency,
    )
    return opinion


def ready(walk, code: str, status: str) -> Opinion:
    """An opinion in `status` on which the action could be taken, if the status allows it."""
    way = READY.get(code) if status in ACTIONS[code].source else None
    opinion = way(walk, status) if way else walk.to(status)
    walk.later(**{"close": {"days": 30}}.get(code, {"hours": 1}))
    return opinion


def take(walk, code: str, opinion, by, words=None, **more) -> Opinion:
    """Call the action's function, found where the table says that it lives."""
    function = getattr(import_module(f"opinions.workflow.{ACTIONS[code].verb}"), code)
    words = WORDS[code](walk) if words is None else words
    return function(opinion.number, by=by, at=walk.now, **words, **more)


def people(cast) -> dict:
    """Role → who has it over the opinions of a Walk; the system and the citizen have no account."""
    return {
        "clerk": cast.clerk,
        "triage_officer": cast.officer,
        "handler": cast.handler,
        "joint_handler": cast.other_handler,
        "supervisor": cast.supervisor,
        "county_official": cast.official,
        "deputy": cast.deputy,
        "citizen": CITIZEN,
        "system": SYSTEM,
    }


def strangers(cast) -> list:
    """People for whom the opinions of a Walk do not exist; nor for the other agency, where it does not join."""
    return [
        cast.stranger_clerk,
        cast.stranger_officer,
        cast.stranger_handler,
        cast.auditor,
        cast.administrator,
        cast.nobody,
    ]
