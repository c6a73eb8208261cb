"""Tests of presence facts in ClickHouse beside a shared database."""
