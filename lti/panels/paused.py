"""A learner whose data is not processed reads why on their own page, in place of any figure (UK GDPR art. 18, 21)."""

from collections.abc import Callable
from functools import wraps

from flask import render_template

from bridge.store.restrictions import RestrictionKind, RestrictionRecord, load_restriction
from lti.guard import GuardedRequest
from lti.panels.words import Moment, clean, full_date, instant
from lti.services import services

View = Callable[[GuardedRequest], str]
WHY = {
    RestrictionKind.OBJECTION: "You objected to your data being used here",
    RestrictionKind.RESTRICTION: "You asked that the use of your data pauses",
}


def unless_paused(view: View) -> View:
    """Answer with the reason where the viewer's own data is not processed, and with the view else."""

    @wraps(view)
    def page(asked: GuardedRequest) -> str:
        person_id = asked.viewer.person_id
        pause = None if person_id is None else load_restriction(asked.db, person_id)
        return view(asked) if pause is None else _say_paused(asked, pause)

    return page


def _say_paused(asked: GuardedRequest, pause: RestrictionRecord) -> str:
    settings = services().settings
    moment = Moment(asked.now, settings.zone)
    since = full_date(moment.date_of(pause.starts_at))
    return render_template(
        "panels/learner_paused.html.jinja",
        page_token=asked.page_token,
        carried={},
        since=since,
        why=f"{WHY[pause.kind]}, and {clean(pause.decided_by)} decided it on {since}.",
        contact=clean(settings.privacy_contact),
        printed=instant(asked.now, moment),
        as_of=f"Paused since {since}",
    )
