"""`make run`: one command that starts web, worker, beat and their broker, and stops them all."""


class Refused(Exception):
    """Raised where nothing is started, or everything stopped; its message is one line for the person at the
    terminal."""
