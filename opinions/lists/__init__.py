"""Lists of opinions: filters, search, rows, worklists."""
