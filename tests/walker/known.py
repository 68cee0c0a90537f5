"""What the walker finds today and is being put right elsewhere: (kind, beginning of where).

Delete a line with its fault.
"""

KNOWN: list[tuple[str, str]] = [
    # A clerk corrects the phone number: the receipt's code goes on asking for the last four digits of the old one.
    ("a receipt's code finds nothing", "/p/track/"),
]
