"""Tests of `lea evaluate` on its files and its database."""
