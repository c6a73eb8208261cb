"""A learner of whom nothing is measured reads why on their own page, in place of any figure.

Their data is paused (UK GDPR articles 18 and 21), or their research programme takes no part (policy paragraph 6).
"""

from collections.abc import Callable
from functools import wraps

from flask import render_template

from analytics.language import gettext, mark
from bridge.store.left_out import load_why_left_out
from bridge.store.restrictions import RestrictionKind, RestrictionRecord
from lti.guard import GuardedRequest
from lti.panels.own_advisers import say_own_advisers
from lti.panels.words import Moment, clean, full_date, instant
from lti.services import services

View = Callable[[GuardedRequest], str]
WHY = {
    RestrictionKind.OBJECTION: mark("You objected to your data being used here, and {decided_by} decided it on {day}."),
    RestrictionKind.RESTRICTION: mark(
        "You asked that the use of your data pauses, and {decided_by} decided it on {day}."
    ),
}


def unless_paused(view: View) -> View:
    """Answer with the reason where the viewer's own data is not processed, and with the view else."""

    @wraps(view)
    def page(asked: GuardedRequest) -> str:
        person_id = asked.viewer.person_id
        if person_id is None:
            return view(asked)
        why = load_why_left_out(asked.db, person_id)
        if why.pause is not None:
            return _say_paused(asked, why.pause)
        return _say_research(asked) if why.does_research else view(asked)

    return page


def _say_research(asked: GuardedRequest) -> str:
    settings = services().settings
    return render_template(
        "panels/learner_research.html.jinja",
        page_token=asked.page_token,
        carried={},
        contact=clean(settings.privacy_contact),
        advisers=say_own_advisers(asked),
        as_of=gettext("Nothing about you is measured"),
        printed=instant(asked.now, Moment(asked.now, settings.zone)),
    )


def _say_paused(asked: GuardedRequest, pause: RestrictionRecord) -> str:
    settings = services().settings
    moment = Moment(asked.now, settings.zone)
    since = full_date(moment.date_of(pause.starts_at))
    return render_template(
        "panels/learner_paused.html.jinja",
        page_token=asked.page_token,
        carried={},
        since=since,
        why=gettext(WHY[pause.kind], decided_by=clean(pause.decided_by), day=since),
        contact=clean(settings.privacy_contact),
        printed=instant(asked.now, moment),
        as_of=gettext("Paused since {day}", day=since),
        advisers=say_own_advisers(asked),
    )
