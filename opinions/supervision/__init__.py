"""What is late and what is done about it: escalation, time limits, bulk notices, the page."""
