"""Forms of the register of deputies."""
