"""Load data: any number of opinions with ledgers, by seed."""
