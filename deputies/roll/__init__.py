"""The roll of deputies: taken in from Excel, and changed over when a new term begins."""
