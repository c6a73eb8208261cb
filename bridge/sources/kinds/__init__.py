"""The kinds of files, each with its columns and what becomes of its rows."""
