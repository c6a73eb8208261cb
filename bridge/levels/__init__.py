"""Levels as schools write them: the YAML form, a suggestion from a past run, and what a change would do."""
