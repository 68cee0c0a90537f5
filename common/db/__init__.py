"""What differs between PostgreSQL and SQLite, and rows by the thousand."""
