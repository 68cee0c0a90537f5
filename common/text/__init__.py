"""Text from outside, normalised once before anything compares it."""
