"""Anchors: every night the heads of all records become leaves of one Merkle tree; its signed root leaves the house."""
