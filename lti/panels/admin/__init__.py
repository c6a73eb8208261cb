"""The administrator's panel: platforms, connection, sync and courses; no learner's data anywhere below it."""
