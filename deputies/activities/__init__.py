"""What deputies do for citizens: planned, announced, held, noted."""
