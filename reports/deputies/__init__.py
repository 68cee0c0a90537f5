"""A deputy's annual record."""
