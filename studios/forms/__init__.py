"""The forms of this room. They read and check what was typed; services decide and write."""
