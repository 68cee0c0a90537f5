"""Registers out of Excel: of studios and homes here, of deputies in deputies/roll."""
