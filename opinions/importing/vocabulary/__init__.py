"""The words of offices: how they name the columns of their tables, and what they write into them."""
