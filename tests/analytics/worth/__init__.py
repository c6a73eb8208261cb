"""Tests of what the number is worth."""
