"""Money for studios and homes, and for townships without one: its list, its import, its only writer."""
