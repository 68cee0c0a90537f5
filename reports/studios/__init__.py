"""Figures about studios, and what the assessment criteria need of records."""
