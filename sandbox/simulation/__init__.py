"""A year of one county in an afternoon: people act by seeded rules, the sweep comes every day, notices are checked."""
