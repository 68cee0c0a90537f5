"""Settings from the environment, each judged by its name (reader), by its kind (kinds), from its files (files)."""
