"""Pages of the register of deputies."""
