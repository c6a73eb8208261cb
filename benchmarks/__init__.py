"""Measurements on open data."""
