"""Alembic migrations, run by `lea db upgrade`; each is one sentence, reversible, and tested against the models."""
