"""Faults on purpose, and the proof that the tables end up as if there had been none; docs/faults.md says which."""
