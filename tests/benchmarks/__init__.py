"""Tests of the measurements on open data."""
