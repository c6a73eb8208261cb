"""Say in words what figures without names are, and that somebody is counted in them."""

from bridge.store.held import HeldRow
from lti.panels.words import full_date


def say_member(row: HeldRow, course: str) -> str:
    """Say that a learner is, or was, one of a pool."""
    left = row.values["left_as_of"]
    how = f"you are counted no more since {full_date(left)}" if left else "you are counted with at least nine others"
    return f"{course}: in figures without names {how} (pool {row.values['pool_no']})."
