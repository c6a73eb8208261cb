"""Reads and writes of the shared database: functions that take `db`, a SQLAlchemy session, and return records."""
