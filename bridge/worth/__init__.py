"""What the number was worth on past data: outcomes and groups are read from files, only in memory (docs/worth.md)."""
