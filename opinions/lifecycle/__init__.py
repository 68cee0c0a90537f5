"""The whole workflow on one page: statuses, actions, reasons. Uses no database."""
