"""Figures about studios and what the five haves need of records."""
