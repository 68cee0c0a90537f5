"""`make run`: one command that starts web, worker, beat and their broker, and stops them all."""


class Refused(Exception):
    """Why nothing was started, or why everything was stopped, in one line for the person at the terminal."""
