"""What the walker finds today and is being put right elsewhere: (kind, beginning of where).

Delete a line with its fault.
"""

KNOWN: list[tuple[str, str]] = []
