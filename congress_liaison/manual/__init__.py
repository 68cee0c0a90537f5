"""The manual of docs/manual, as pages of the product."""
