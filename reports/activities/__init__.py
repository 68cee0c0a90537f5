"""Figures about deputies' activities."""
