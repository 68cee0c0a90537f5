"""What a matter is and whose it is: automatic triage, rules, similarity, hot topics."""
