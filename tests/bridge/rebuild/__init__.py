"""Tests of the bulk rebuild."""
