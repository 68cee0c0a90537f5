"""The outside walker: a seeded simulation that works an office through its pages alone, and an oracle of its own.

`docs/walker.md` says how to run it and how to read a failure. Nothing here reads the product's workflow, figures or
calendar: what the pages say is held against what the oracle works out from the journal.
"""
