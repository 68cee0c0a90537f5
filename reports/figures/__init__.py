"""Figures: their definitions, how they are counted, and the opinions behind each."""
