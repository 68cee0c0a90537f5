"""The directory of studios."""
