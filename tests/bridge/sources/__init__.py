"""Tests of bridge.sources."""
