"""Backup and restore: one encrypted archive of the database as of one moment, every upload that it names, and what is
needed to judge both (ADR 0046).

    archive = age( tar( manifest.json · database · media/… · end.json ) )

`end.json` comes last: an archive without it was cut off. An archive is written beside its place and renamed when it is
complete, so that what has a proper name is whole.
"""


class Refused(Exception):
    """What cannot or must not be done; the message says why, for the operator."""
