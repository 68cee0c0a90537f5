"""Masking of citizens' data, and the tokens and codes by which a citizen is recognised."""
