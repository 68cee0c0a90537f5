"""What the walker finds today and is being mended elsewhere: (kind, beginning of where). Delete a line with its fault."""

KNOWN = [
]
