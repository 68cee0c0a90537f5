"""What of a citizen may be seen, and the tokens and codes that stand for a citizen."""
