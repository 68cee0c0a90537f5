"""Areas taken in from files, and townships merged, renamed or split."""
