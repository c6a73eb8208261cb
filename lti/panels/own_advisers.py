"""Name the adviser on every page of a learner's own."""

from bridge.store.data_use import load_supporters
from lti.guard import GuardedRequest
from lti.panels.values_voice import say_advisers


def say_own_advisers(asked: GuardedRequest) -> str:
    """Name the adviser of the learner who asks; empty for somebody who is in no roster, and so learns in no course."""
    person_id = asked.viewer.person_id
    return "" if person_id is None else say_advisers(load_supporters(asked.db, person_id, asked.now))
