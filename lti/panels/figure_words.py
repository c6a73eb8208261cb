"""Say in words what figures without names are, and that somebody is counted in them."""

from analytics.language import gettext
from bridge.store.held import HeldRow
from lti.panels.words import full_date


def say_member(row: HeldRow, course: str) -> str:
    """Say that a learner is, or was, one of a pool."""
    left = row.values["left_as_of"]
    pool = row.values["pool_no"]
    if left:
        return gettext(
            "{course}: in figures without names you are counted no more since {day} (pool {pool}).",
            course=course,
            day=full_date(left),
            pool=pool,
        )
    return gettext(
        "{course}: in figures without names you are counted with at least nine others (pool {pool}).",
        course=course,
        pool=pool,
    )
