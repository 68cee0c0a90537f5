"""The reports of a month, quarter or year, and their bulletin."""
