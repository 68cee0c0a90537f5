"""The directory of deputies, and what the public may know of them."""
