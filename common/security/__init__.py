"""Personal data at rest, files and addresses from outside, headers."""
