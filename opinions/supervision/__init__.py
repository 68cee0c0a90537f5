"""Supervision of what is late: escalation policies, time limits, bulk notices, the page."""
