"""Reading the ledger: verifying its chains and describing its rows as a timeline."""
