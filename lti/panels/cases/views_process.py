"""Answer a school's engagement lead about casework: its published process, counts without names, withheld entries."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Response, render_template, request

from analytics.language import gettext, mark, ngettext, numeral
from analytics.policy.access import Action
from analytics.policy.casework import Outcome
from analytics.policy.process import ProcessError
from analytics.policy.relationships import Kind
from bridge.store.case_chain import Author, case_key
from bridge.store.cases import CaseRefused, withhold_entry
from bridge.store.casework_counts import count_casework
from bridge.store.processes import (
    ProcessRefused,
    PublishedProcess,
    load_process,
    load_process_versions,
    publish_process,
)
from bridge.store.school_page import load_school_heads
from lti.changes import Changing, Done, changing, once, refused, simple_change
from lti.errors import NotFound
from lti.guard import GuardedRequest, guarded
from lti.panels.cases.process_fields import (
    echo_fields,
    list_mistakes,
    read_process,
    say_label,
    say_labels,
    say_problem,
    say_process,
    write_fields,
)
from lti.panels.cases.step_words import say_outcome
from lti.panels.words import Moment, capital, clean, full_date, instant
from lti.services import services

PUBLISH, WITHHOLD = "process-publish", "case-withhold"
"""The changes there are; a token of the first is made for one school; the other's form names the case."""
NO_MISTAKES: Mapping[str, str] = MappingProxyType({})
NOT_NAMED = {
    "case": mark("Give the case’s number: it stands beside the entry, as in “entry 3 of case 12”."),
    "entry": mark("Give the entry’s number: it stands beside the entry, as in “entry 3 of case 12”."),
    "reason": mark("Say why the learner may not read this entry."),
}
"""What a field of the form about an entry asks for where it has none."""
NO_CASE = mark("No case of this school has this number.")
LONGEST_NUMBER = 9
REASON_LIMIT = 4_001


def process_panel(asked: GuardedRequest) -> str:
    """Answer with the school's process, its counts and the form; with the form's wish, with the preview of it."""
    return _show(asked)


def _show(asked: GuardedRequest, done: Done | None = None, unnamed: Mapping[str, str] = NO_MISTAKES) -> str:
    moment = Moment(asked.now, services().settings.zone)
    heads = load_school_heads(asked.db, asked.platform_id, asked.viewer.school_ids, asked.now)
    head = next((one for one in heads if one.school_id == asked.subject.school_id), None)
    if head is None:
        raise NotFound
    in_force = load_process(asked.db, head.school_id)
    older = [one for one in load_process_versions(asked.db, head.school_id)[::-1] if one != in_force]
    is_sent = request.form.get("wish") == "preview" or _is_refused(done, PUBLISH)
    mistakes = list_mistakes(request.form) if is_sent else {}
    preview = read_process(request.form) if request.form.get("wish") == "preview" and not mistakes else None
    return render_template(
        "panels/cases/process.html.jinja",
        page_token=asked.page_token,
        school=clean(head.name),
        school_id=head.school_id,
        today=full_date(moment.today),
        printed=instant(moment.now, moment),
        in_force=None if in_force is None else _say_version(in_force, moment),
        older=[_say_version(one, moment) for one in older],
        preview=None if preview is None else say_process(preview),
        mistakes=mistakes,
        put_right=[(name, say_label(name), text) for name, text in mistakes.items()] if done is None else [],
        unnamed=unnamed,
        typed=request.form if unnamed or _is_refused(done, WITHHOLD) else {},
        fields=echo_fields(request.form) if is_sent else write_fields(None if in_force is None else in_force.process),
        labels=say_labels(),
        counts=_say_counts(asked, head.school_id, moment),
        once={
            PUBLISH: once(asked.page_token, PUBLISH, asked.now, str(head.school_id)),
            WITHHOLD: once(asked.page_token, WITHHOLD, asked.now),
        },
        done=done,
    )


def _is_refused(done: Done | None, change: str) -> bool:
    return done is not None and done.detail == f"{change}: refused"


def _say_version(one: PublishedProcess, moment: Moment) -> dict[str, object]:
    title = gettext(
        "{version}, published {when} by {person}.",
        version=clean(one.version),
        when=instant(one.published_at, moment),
        person=clean(one.published_by),
    )
    if not one.is_proved:
        title += " " + gettext("Its text is not what was published: tell whoever runs the tool.")
    return {"title": title, "lines": say_process(one.process)}


def _say_counts(asked: GuardedRequest, school_id: int, moment: Moment) -> tuple[tuple[str, str], ...]:
    counts = count_casework(asked.db, school_id, moment.today)
    ends = [f"{numeral(number)}: {say_outcome(Outcome(one))}" for one, number in sorted(counts.outcomes.items())]
    rules = [
        gettext("{rule}: {wrong} of {closed}", rule=clean(rule), wrong=numeral(wrong), closed=numeral(closed))
        for rule, closed, wrong in counts.wrong_by_rule
    ]
    return (
        (gettext("Open concerns"), _say_open(counts.open_concerns, counts.without_case)),
        (gettext("Beyond a week’s budget"), numeral(counts.beyond_budget)),
        (gettext("Open cases"), numeral(counts.open_cases)),
        (gettext("Closed concerns"), "; ".join([numeral(counts.closed_concerns), *ends])),
        (gettext("Wrong flags by rule"), "; ".join(rules) or gettext("none was closed yet")),
        (gettext("Other schools’ alerts"), _say_alerts(counts.waiting_hand_overs, counts.late_hand_overs)),
    )


def _say_open(number: int, untouched: int) -> str:
    if not untouched:
        return numeral(number)
    return gettext(
        "{number}; nobody has turned to {untouched} of them", number=numeral(number), untouched=numeral(untouched)
    )


def _say_alerts(waiting: int, late: int) -> str:
    return ngettext(
        "{number} alert to acknowledge, {late} past the day",
        "{number} alerts to acknowledge, {late} past the day",
        waiting,
        late=numeral(late),
    )


def _publish(asked: Changing) -> Done:
    try:
        process = read_process(request.form)
        name = clean(asked.launch.display_name)
        made = publish_process(asked.db, int(asked.object), process, published_by=name, now=asked.now)
    except ProcessError as error:
        return refused(PUBLISH, gettext("It was not published."), say_problem(error))
    except ProcessRefused as error:
        return refused(PUBLISH, gettext("It was not published."), str(error))
    text = gettext(
        "From now on the published rule may raise concerns. It can never be changed; another version can follow."
    )
    strong = gettext("{version} is published.", version=capital(clean(made.version)))
    return Done(f"{PUBLISH}: {made.version}", "good", strong, text)


def _withhold(asked: Changing) -> Done:
    number, reason = request.form["entry"], request.form["reason"][:REASON_LIMIT]
    case_id = int(request.form["case"])
    author = Author(asked.launch.moodle_user_id, clean(asked.launch.display_name), Kind.LEAD.value)
    key = case_key(services().settings.secret_key)
    try:
        withhold_entry(asked.db, key, case_id, int(number), reason, author, asked.now)
    except CaseRefused as error:
        return refused(WITHHOLD, gettext("It was not withheld."), str(error))
    text = gettext("The learner reads that an entry was withheld, by whom and why; not the entry.")
    strong = gettext("It is withheld from the learner.")
    return Done(f"{WITHHOLD}: case {case_id}, entry {number}", "good", strong, text)


CHANGES = (
    simple_change(PUBLISH, _publish, _show, "school"),
    simple_change(WITHHOLD, _withhold, _show),
)


def withhold_route() -> Response:
    """Withhold an entry; what names none is told at its field, with the form as it was filled in.

    A case of another school is answered as one that is not there.
    """
    unnamed = {name: text for name, text in NOT_NAMED.items() if not _is_given(name)}
    if not unnamed:
        try:
            return changing(CHANGES[1], Action.CASE_WITHHOLD, Action.SCHOOL_VIEW)()
        except NotFound:
            unnamed = {"case": NO_CASE}
    return guarded(Action.SCHOOL_VIEW)(lambda asked: _show(asked, unnamed=_say(unnamed)))()


def _is_given(name: str) -> bool:
    given = request.form.get(name, "").strip()
    return bool(given) if name == "reason" else given.isascii() and given.isdigit() and len(given) <= LONGEST_NUMBER


def _say(unnamed: Mapping[str, str]) -> dict[str, str]:
    return {name: gettext(text) for name, text in unnamed.items()}
