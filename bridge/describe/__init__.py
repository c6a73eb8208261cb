"""The shared database in words, for those who read it with other tools: docs/database.md is made here."""
