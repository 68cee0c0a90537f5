"""The scope rule, and which roles open a page."""
