"""Answer with the list of what to do first as a file; purpose and number a day are decided before."""

from flask import Response, g, request

from analytics.language import gettext
from analytics.policy.purposes import say_purpose
from lti.errors import FileTooLong
from lti.exports import FIELD
from lti.guard import GuardedRequest
from lti.panels.cases.values_work import make_work_lines
from lti.panels.cases.waiting import load_waiting
from lti.panels.downloads import make_csv, make_download
from lti.panels.values_export import MOST_LEARNERS
from lti.panels.views_held import moment_of
from lti.panels.views_people import load_known
from lti.panels.words import full_date


def work_csv(asked: GuardedRequest) -> Response:
    """Answer with whom to turn to first, in the order of the list; each learner in it gets a row that they read.

    Raises:
        FileTooLong: more learners than one file may hold.
    """
    moment, known = moment_of(asked), load_known(asked)
    first = load_waiting(asked.db, known, moment).first
    if len(first) > MOST_LEARNERS:
        raise FileTooLong
    g.people_shown = tuple((one.known.learner.person_id, one.known.reason) for one in first)
    today, purpose = full_date(moment.today), say_purpose(request.form.get(FIELD, ""))
    rows = [
        (line.name, line.about, line.next, " ".join(line.why), line.last, today, purpose)
        for line in make_work_lines(first, moment)
    ]
    content = make_csv(_head(), rows)
    return make_download(content, "text/csv; charset=utf-8", f"what-to-do-first-{moment.today:%Y-%m-%d}.csv")


def _head() -> tuple[str, ...]:
    return (
        gettext("Learner"),
        gettext("About"),
        gettext("What to do next"),
        gettext("Why"),
        gettext("What others did"),
        gettext("As of"),
        gettext("Taken"),
    )
