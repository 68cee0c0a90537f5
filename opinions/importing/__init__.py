"""Import of the ledgers that offices kept before: Excel or CSV in, the ordinary actions out."""
