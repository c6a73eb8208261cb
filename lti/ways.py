"""The ways between the panels: somebody who teaches, advises, leads or administers goes from one part to the other."""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.language import gettext, mark
from analytics.policy.access import Action, Viewer
from analytics.policy.starting import list_start_pages

WAYS: Mapping[Action, tuple[str, str]] = {
    Action.COURSE_VIEW: ("panels.tutor", mark("This course")),
    Action.PEOPLE_VIEW: ("panels.people", mark("My learners")),
    Action.SCHOOL_VIEW: ("panels.school", mark("My school")),
    Action.FIGURES_VIEW: ("panels.figures", mark("Figures")),
    Action.BREAK_GLASS: ("panels.glass", mark("One learner, with a reason")),
    Action.TRAINING: ("panels.training", mark("Your training")),
    Action.OWN_COURSES_VIEW: ("panels.learner_courses", mark("My own engagement")),
    Action.ADMIN_VIEW: ("panels.admin", mark("Administration")),
}
"""A page to begin with → its endpoint and its name."""
PARTS: Mapping[Action, Action] = {
    Action.RESOURCES_VIEW: Action.COURSE_VIEW,
    Action.LEARNER_VIEW: Action.COURSE_VIEW,
    Action.PERSON_VIEW: Action.PEOPLE_VIEW,
    Action.OWN_VIEW: Action.OWN_COURSES_VIEW,
    Action.OWN_HELD_VIEW: Action.OWN_COURSES_VIEW,
    Action.OWN_COMPLAIN: Action.OWN_COURSES_VIEW,
    Action.COMPLAINTS_VIEW: Action.SCHOOL_VIEW,
}
"""A page further in → the page that leads to it."""


@dataclass(frozen=True, slots=True)
class Way:
    """One part that somebody has here."""

    endpoint: str
    text: str
    is_current: bool


def list_ways(viewer: Viewer, action: Action | None = None) -> tuple[Way, ...]:
    """Return the ways to a viewer's parts, in a steady order, `action` being where they are. Empty: none.

    The page on which a training is recorded is a way until one is.
    """
    own = set(list_start_pages(viewer))
    if viewer.is_trained:
        own.discard(Action.TRAINING)
    here = None if action is None else PARTS.get(action, action)
    return tuple(Way(endpoint, gettext(text), part is here) for part, (endpoint, text) in WAYS.items() if part in own)
