"""Break glass: who looks after the tool gives a reason and sees one learner for an hour; the learner sees it, too."""

from flask import render_template, request

from analytics.language import gettext
from analytics.policy.relationships import Kind
from bridge.store.alerts import NewAlert, save_alert
from bridge.store.holders import Holder
from bridge.store.relationships import LONGEST_REASON, RelationshipRefused, break_glass
from lti.changes import Changing, Done, once, simple_change
from lti.guard import GuardedRequest
from lti.panels.words import Moment, clean, clean_whole, full_date
from lti.services import services

FORM = "break-glass"
SHORTEST_REASON = 20
NUMBER_LIMIT = 255


def glass_panel(asked: GuardedRequest) -> str:
    """Answer with the form, and with a way to each learner for whom the hour still runs; nobody is named."""
    return _show(asked)


def _show(asked: GuardedRequest, done: Done | None = None) -> str:
    opened = sorted(held.person_id or 0 for held in asked.viewer.relationships if held.kind is Kind.BREAK_GLASS)
    return render_template(
        "panels/glass.html.jinja",
        page_token=asked.page_token,
        name=clean(asked.display_name),
        today=full_date(Moment(asked.now, services().settings.zone).today),
        once=once(asked.page_token, FORM, asked.now),
        opened=opened,
        shortest=SHORTEST_REASON,
        longest=LONGEST_REASON,
        done=done,
    )


def _break(asked: Changing) -> Done:
    number = request.form.get("number", "").strip()[:NUMBER_LIMIT]
    reason = clean_whole(request.form.get("reason", ""))
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        text = gettext(
            "Nothing was opened. Write {least} to {most} characters: the learner reads them.",
            least=SHORTEST_REASON,
            most=LONGEST_REASON,
        )
        return Done("break-glass: no reason", "warn", gettext("The reason is too short, or too long."), text)
    launch = asked.launch
    holder = Holder(launch.moodle_user_id, launch.idnumber.strip() or None)
    name = clean(launch.display_name)
    try:
        break_glass(asked.db, asked.platform_id, holder, name, number, reason, asked.now)
    except RelationshipRefused:
        strong, text = gettext("No one learner has this number."), gettext("Nothing was opened.")
        return Done("break-glass: no learner", "warn", strong, text)
    detail = "Somebody who looks after the tool opened one learner’s pages for an hour; who has looked says whose."
    save_alert(asked.db, NewAlert(asked.platform_id, asked.now, FORM, launch.moodle_user_id, detail), asked.now)
    text = gettext(
        "The learner reads your name, the reason, and each time that you look. The data-protection contact is alerted."
    )
    return Done("break-glass: opened", "good", gettext("It is open for an hour."), text)


BREAK = simple_change(FORM, _break, _show)
