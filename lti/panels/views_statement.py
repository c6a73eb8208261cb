"""Answer with the published statement of a course: a page to read, to print and to copy into an e-mail (policy 22)."""

from flask import render_template

from analytics.language import gettext
from analytics.policy.access import CourseRole
from bridge.store.panel_course import load_course_head
from lti.errors import NotFound
from lti.guard import GuardedRequest
from lti.panels.own_advisers import say_own_advisers
from lti.panels.values_statement import make_statements, say_not_used, write_mail
from lti.panels.words import Moment, clean, full_date, instant
from lti.services import services


def statement_panel(asked: GuardedRequest) -> str:
    """Answer with what is published for the course, now and later; those who teach it get the e-mail's text, too.

    Raises:
        NotFound: the course was deleted meanwhile.
    """
    head = load_course_head(asked.db, asked.course.course_id)
    if head is None:
        raise NotFound
    moment = Moment(asked.now, services().settings.zone)
    statements = make_statements(head, moment)
    back, back_text, is_learner = _way_back(asked, head.course_id)
    first = statements.now or next(iter(statements.later), None)
    return render_template(
        "panels/statement.html.jinja",
        page_token=asked.page_token,
        carried={"course": str(head.course_id)},
        name=clean(head.fullname),
        today=full_date(moment.today),
        printed=instant(moment.now, moment),
        statements=statements,
        not_used=say_not_used(),
        mail="" if is_learner or first is None else write_mail(first),
        back=back,
        back_text=back_text,
        advisers=say_own_advisers(asked) if is_learner else "",
    )


def _way_back(asked: GuardedRequest, course_id: int) -> tuple[str, str, bool]:
    """Return where a viewer came from, what the way back is called, and whether they take the course."""
    viewer = asked.viewer
    if course_id in viewer.own_course_ids or viewer.course_role is CourseRole.LEARNER:
        return "panels.learner_course", gettext("← My weeks"), True
    if course_id == viewer.course_id and viewer.course_role is CourseRole.TUTOR:
        return "panels.tutor", gettext("← The course"), False
    return "panels.school", gettext("← The school"), False
