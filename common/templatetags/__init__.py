"""Template tags of the whole product; `liaison` is a template builtin."""
