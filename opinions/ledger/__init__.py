"""The ledger read: proved against the rows, and told as a timeline."""
