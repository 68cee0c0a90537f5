"""What the walker finds today and is being put right elsewhere: (kind, beginning of where).

Delete a line with its fault.
"""

# What was done in a month (本期办结, 本期到期) is counted live and not kept with a frozen month: a deadline that moves
# afterwards, by suspending and resuming a late opinion, moves it.
KNOWN: list[tuple[str, str]] = [
    ("a frozen month moved", where + label)
    for where in ("/reports/N-N/ ", "/dashboard/ ", "汇总 ")
    for label in ("本期办结", "本期到期", "到期件按期答复")
]
