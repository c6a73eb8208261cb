"""Moodle and the other sources → the shared database."""
