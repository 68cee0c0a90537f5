"""Pages of hot topics and of what triage decides by."""
