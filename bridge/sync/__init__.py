"""Moodle → the shared database: one module per step, `course` puts the steps in order."""
