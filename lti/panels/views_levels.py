"""Answer a school's engagement lead about levels: write a draft, see what it changes and would do, publish it.

Publishing is reached only over the difference and the preview (policy paragraphs 12, 21 and 22).
"""

from dataclasses import dataclass

from flask import render_template, request
from sqlalchemy.orm import Session

from analytics.language import gettext, mark
from analytics.level_terms import suggested_terms
from analytics.levels import CourseKind
from bridge.levels.coverage import find_coverage
from bridge.levels.crowding import find_crowding
from bridge.levels.errors import LevelFormError
from bridge.levels.form import read_level_form
from bridge.levels.past_run import suggest_from_run
from bridge.levels.preview import preview_level
from bridge.store.figures import figures_key
from bridge.store.level_list import load_scope_states
from bridge.store.level_scopes import LevelRefused, LevelScope, ScopeKind, load_level_scopes
from bridge.store.levels import (
    Draft,
    Proposal,
    Version,
    discard_draft,
    find_version,
    load_draft,
    load_versions,
    publish_level,
    save_draft,
)
from lti.changes import Changing, Done, once, refused, simple_change
from lti.errors import NotFound
from lti.guard import GuardedRequest
from lti.panels.crowding_words import say_crowding
from lti.panels.level_fields import echo_fields, read_fields, write_fields
from lti.panels.refusal_words import say_refusal
from lti.panels.values_levels import (
    SuggestionView,
    list_changes,
    list_problems,
    list_warnings,
    make_in_force,
    make_preview,
    make_scope_line,
    make_suggestion,
    name_scope,
)
from lti.panels.words import Moment, clean, full_date, instant
from lti.services import services

SAVE, DISCARD, PUBLISH = "level-save", "level-discard", "level-publish"
"""The changes there are; each form's token is made for one of them and for one scope."""
UNCHANGED = mark("Nothing was changed.")
OTHER_DRAFT = mark("The draft is another one by now; this is what it says. Next: see what it would do.")
NO_CALENDAR = mark(
    "Nothing can be suggested before the course has a teaching calendar. Whoever runs the tool sets one."
)


@dataclass(frozen=True, slots=True)
class _Opened:
    """One scope of the school with what is known of its level."""

    scope: LevelScope
    version: Version | None
    """In force today; None: nothing is."""
    draft: Draft | None


def levels_panel(asked: GuardedRequest) -> str:
    """Answer with everything that the school can publish a level for."""
    school_id, moment = _school_of(asked), _moment(asked)
    scopes = load_level_scopes(asked.db, asked.platform_id, [school_id])
    states = load_scope_states(asked.db, asked.platform_id, scopes, moment.today)
    lines = [make_scope_line(scope, states[scope], moment) for scope in scopes]
    warnings = list_warnings(find_coverage(asked.db, asked.platform_id, moment.today, school_id))
    return render_template("panels/levels.html.jinja", **_common(asked), lines=lines, warnings=warnings)


def level_panel(asked: GuardedRequest) -> str:
    """Answer with one scope's level: in force, draft, difference; with the form's wish the preview or a suggestion."""
    return _show(asked)


def _show(asked: GuardedRequest, done: Done | None = None) -> str:
    moment = _moment(asked)
    opened = _open(asked.db, asked.platform_id, _school_of(asked), moment)
    scope, draft = opened.scope, opened.draft
    terms = suggested_terms() if opened.version is None else opened.version.terms
    proposal = Proposal(terms) if draft is None else draft.proposal
    start = proposal.effective_from or moment.today
    before = find_version(asked.db, scope, start)
    wish, zone = request.form.get("wish", ""), services().settings.zone
    is_course = scope.kind is ScopeKind.COURSE
    return render_template(
        "panels/level.html.jinja",
        **_common(asked),
        scope=name_scope(scope),
        name=clean(scope.name),
        in_force=None if opened.version is None else make_in_force(opened.version, moment),
        older=[make_in_force(one, moment) for one in load_versions(asked.db, scope)[::-1] if one != opened.version],
        fields=echo_fields(request.form) if done is not None and done.kind == "warn" else write_fields(proposal),
        seen="" if draft is None else draft.digest,
        draft="" if draft is None else f"{clean(draft.saved_by)}, {instant(draft.saved_at, moment)}",
        changes=() if draft is None else list_changes(before, draft),
        preview=make_preview(preview_level(asked.db, scope, proposal.terms, start=start, zone=zone, key=_key()))
        if wish == "preview" and draft is not None
        else None,
        suggestion=_suggest(asked.db, scope, moment) if wish == "suggest" and is_course else None,
        is_course=is_course,
        crowding=_find_crowding(asked.db, scope, moment) if wish == "crowding" and is_course else None,
        once={change: once(asked.page_token, change, asked.now, name_scope(scope)) for change in CHANGE_NAMES},
        done=done,
    )


def _key() -> bytes:
    return figures_key(services().settings.secret_key)


def _suggest(db: Session, scope: LevelScope, moment: Moment) -> SuggestionView:
    kind = CourseKind.CAMPUS if request.form.get("campus") else CourseKind.ONLINE
    try:
        return make_suggestion(suggest_from_run(db, scope, kind, moment.today, moment.zone))
    except LevelRefused:
        return SuggestionView(gettext(NO_CALENDAR), ())


def _find_crowding(db: Session, scope: LevelScope, moment: Moment) -> tuple[str, ...]:
    return say_crowding(find_crowding(db, scope.key or 0, moment.today, moment.zone))


def _common(asked: GuardedRequest) -> dict[str, object]:
    moment = _moment(asked)
    return {
        "page_token": asked.page_token,
        "school_id": _school_of(asked),
        "carried": {"school": str(_school_of(asked))},
        "today": full_date(moment.today),
        "printed": instant(moment.now, moment),
    }


def _school_of(asked: GuardedRequest) -> int:
    if asked.subject.school_id is None:
        raise NotFound
    return asked.subject.school_id


def _moment(asked: GuardedRequest) -> Moment:
    return Moment(asked.now, services().settings.zone)


def _open(db: Session, platform_id: int, school_id: int, moment: Moment) -> _Opened:
    """Return the scope that the form names.

    Raises:
        NotFound: it is none of the school's.
    """
    wanted = request.form.get("scope", "")
    for scope in load_level_scopes(db, platform_id, [school_id]):
        if name_scope(scope) == wanted:
            return _Opened(scope, find_version(db, scope, moment.today), load_draft(db, scope))
    raise NotFound


def _opened_for(asked: Changing) -> _Opened:
    given = request.form.get("school", "")
    school_id = int(given) if given.isascii() and given.isdigit() and len(given) <= 18 else 0
    return _open(asked.db, asked.platform_id, school_id, Moment(asked.now, services().settings.zone))


def _save(asked: Changing) -> Done:
    scope = _opened_for(asked).scope
    try:
        proposal = read_level_form(read_fields(request.form))
        save_draft(asked.db, scope, proposal, asked.launch.display_name, asked.now)
    except LevelFormError as error:
        return refused(SAVE, gettext("The draft was not kept."), " ".join(list_problems(error)))
    except LevelRefused as error:
        return refused(SAVE, gettext("The draft was not kept."), say_refusal(str(error)))
    text = gettext("It measures nobody until it is published. Next: see what it would do.")
    return Done(f"{SAVE}: {scope.label}", "good", gettext("The draft is kept."), text)


def _discard(asked: Changing) -> Done:
    scope = _opened_for(asked).scope
    discard_draft(asked.db, scope)
    return Done(f"{DISCARD}: {scope.label}", "good", gettext("The draft is gone."), gettext("What is in force stays."))


def _publish(asked: Changing) -> Done:
    opened = _opened_for(asked)
    if opened.draft is None:
        return refused(PUBLISH, gettext("There is no draft any more."), gettext(UNCHANGED))
    if request.form.get("seen", "") != opened.draft.digest:
        return refused(PUBLISH, gettext("It was not published."), gettext(OTHER_DRAFT))
    today = Moment(asked.now, services().settings.zone).today
    name = clean(asked.launch.display_name)
    try:
        version = publish_level(
            asked.db, opened.scope, opened.draft.proposal, published_by=name, now=asked.now, today=today
        )
    except LevelRefused as error:
        return refused(PUBLISH, gettext("It was not published."), say_refusal(str(error)))
    text = gettext(
        "{version} is in force from {day}. It can never be changed.",
        version=version.version,
        day=full_date(version.effective_from),
    )
    return Done(f"{PUBLISH}: {version.version}", "good", gettext("It is published."), text)


CHANGES = (
    simple_change(SAVE, _save, _show, "scope"),
    simple_change(DISCARD, _discard, _show, "scope"),
    simple_change(PUBLISH, _publish, _show, "scope"),
)
CHANGE_NAMES = tuple(change.name for change in CHANGES)
