"""Answer with the directory of services by need: learners and staff read it, a school's lead writes its part."""

from flask import render_template, request

from analytics.language import gettext, mark
from analytics.policy.access import Action
from bridge.store.support_services import (
    HOW_LIMIT,
    Service,
    ServiceRefused,
    delete_service,
    load_schools_of_learner,
    load_services,
    save_service,
)
from lti.changes import Changing, Done, once, refused, simple_change
from lti.errors import NotFound
from lti.guard import GuardedRequest
from lti.panels.messages.words import clean_lines, group_services
from lti.panels.own_advisers import say_own_advisers
from lti.panels.words import Moment, clean, full_date, instant
from lti.services import services

SAVE, DELETE = "service-save", "service-delete"
"""The changes there are; each form's token is made for one of them and for one school."""
UNCHANGED = mark("Nothing was changed.")
BACK = {
    Action.STATEMENT_VIEW: ("panels.start", mark("← Engagement")),
    Action.OWN_COURSES_VIEW: ("panels.learner_courses", mark("← My courses")),
    Action.PEOPLE_VIEW: ("panels.people", mark("← My learners")),
}
"""Where the readers of the directory came from."""


def services_panel(asked: GuardedRequest) -> str:
    """Answer with the directory: for a learner, what is for them; for staff, every school's. Nobody is named."""
    own = asked.viewer.person_id if asked.viewer.own_course_ids and not asked.viewer.relationships else None
    school_ids = None if own is None else load_schools_of_learner(asked.db, own)
    endpoint, back = BACK[asked.action]
    moment = Moment(asked.now, services().settings.zone)
    return render_template(
        "panels/messages/services.html.jinja",
        page_token=asked.page_token,
        carried={},
        back_to=endpoint,
        back=gettext(back),
        today=full_date(moment.today),
        printed=instant(moment.now, moment),
        needs=group_services(load_services(asked.db, asked.platform_id, school_ids)),
        advisers="" if own is None else say_own_advisers(asked),
    )


def school_services_panel(asked: GuardedRequest) -> str:
    """Answer with the directory as the school's lead changes it."""
    return _show(asked)


def _show(asked: GuardedRequest, done: Done | None = None) -> str:
    school_id, moment = asked.subject.school_id, Moment(asked.now, services().settings.zone)
    if school_id is None:
        raise NotFound
    return render_template(
        "panels/messages/school_services.html.jinja",
        page_token=asked.page_token,
        school_id=school_id,
        carried={"school": str(school_id)},
        today=full_date(moment.today),
        printed=instant(moment.now, moment),
        needs=group_services(load_services(asked.db, asked.platform_id, (school_id,)), school_id),
        given=_read() if done is not None and done.kind == "warn" else Service("", "", ""),
        how_limit=HOW_LIMIT,
        once={change: once(asked.page_token, change, asked.now, str(school_id)) for change in (SAVE, DELETE)},
        done=done,
    )


def _read(school_id: int | None = None) -> Service:
    def line(field: str) -> str:
        given = request.form.get(field, "")
        return clean(given) if given.strip() else ""

    how, url = clean_lines(request.form.get("how", "")), request.form.get("url", "").strip()
    return Service(line("need"), line("name"), how, url, school_id)


def _save(asked: Changing) -> Done:
    service = _read(int(asked.object))
    try:
        save_service(asked.db, asked.platform_id, service)
    except ServiceRefused as error:
        return refused(SAVE, gettext("The entry was not kept."), str(error))
    text = gettext("Learners and staff read it from now on.")
    return Done(f"{SAVE}: {service.name}", "good", gettext("The entry is kept."), text)


def _delete(asked: Changing) -> Done:
    given = request.form.get("service", "")
    service_id = int(given) if given.isascii() and given.isdigit() and len(given) <= 18 else 0
    if not delete_service(asked.db, asked.platform_id, int(asked.object), service_id):
        return refused(DELETE, gettext("This entry is gone already, or is not the school’s."), gettext(UNCHANGED))
    text = gettext("Nobody reads it any more.")
    return Done(f"{DELETE}: entry {service_id}", "good", gettext("The entry is gone."), text)


CHANGES = (
    simple_change(SAVE, _save, _show, "school"),
    simple_change(DELETE, _delete, _show, "school"),
)
