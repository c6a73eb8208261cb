"""Tests of the shared database in words."""
