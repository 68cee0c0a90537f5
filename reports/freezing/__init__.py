"""Months frozen, and what changed in them since."""
