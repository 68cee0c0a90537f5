"""What the walker finds today and is being put right elsewhere: (kind, beginning of where).

Delete a line with its fault.
"""

KNOWN = [
    # Evaluations, calls and reports of an earlier round are lost to the figures.
    *(
        ("another figure", f"{page} {label}")
        for page in ("/dashboard/", "/reports/N-N/")
        for label in ("已反馈", "已回访", "已评价", "回访率", "满意率")
    ),
    # The citizen's pages.
    ("a form is answered without a redirect", "/p/"),
    ("Back and once more files it twice", "/p/STUDIO/new/"),
    ("staff's words to a citizen", "/p/"),
    ("aria-describedby names nothing", "/p/"),
    ("the answer on the page is not the agency's", "progress"),
    ("told the answer, with no way to say what they think of it", "progress, merged"),
    ("an evaluation is promised and there is no form", "progress, merged"),
    ("a citizen leaves with empty hands", "the register form"),
    ("a citizen was not told", "what is waited for"),
    ("a citizen was not told", "the answer of the opinion it was merged into"),
    # Letters and agencies.
    ("a letter leaves on a day off", "/letters/"),
    ("nobody is there to be told", "handler"),
]
