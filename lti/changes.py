"""The one way to change something from a page: rights, a one-time form, the change and its access row, all or nothing.

What a change needs from elsewhere is asked first, outside any transaction; rights and form are then looked at in the
transaction that makes the change.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic, TypeVar

from flask import Response, request
from sqlalchemy.orm import Session

from analytics.policy.access import Action, Viewer
from bridge.store.access_log import save_access
from bridge.store.database import reading, writing
from bridge.store.viewer_sessions import NewSession
from lti.errors import FormExpired, FormUsed, NotFound, PageError
from lti.guard import Asker, GuardedRequest, View, Wanted, answer, finish, make_asker, visit_of_form
from lti.recording import make_access_entry, note_use
from lti.services import services
from lti.session.form_tokens import make_form_token, use_form_token
from lti.visits import Ruling, Visit, load_rights, refresh_rights, rule

T = TypeVar("T")
DETAIL_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Changing:
    """What a change gets: the transaction that it is made in, and whose platform it is about."""

    db: Session
    platform_id: int
    object: str
    """What the form was made for; empty: the platform."""
    now: datetime
    launch: NewSession
    """Who changes it."""
    viewer: Viewer
    """By what rights, as they are in this transaction."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a change."""

    detail: str
    """For the access row: what was changed; nothing about a person, no secret."""
    kind: str
    """As of a notice: good, info or warn."""
    strong: str
    text: str
    secret: str = field(default="", repr=False)
    """Shown once, on the page that answers, and never again."""


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """One thing that a viewer may change; T is what has to be asked elsewhere first."""

    name: str
    ask: Callable[[Asker], T]
    apply: Callable[[Changing, T], Done]
    """Raises NotFound where the object is not within reach; then nothing is changed, and the form is not used up."""
    follow: Callable[[Asker, Done, T], View]
    """Called when the change is committed, outside any transaction: the page that answers."""
    object_field: str = ""
    """The form's field that names the object; empty: the change is about the platform."""


def ask_nothing(_asker: Asker) -> None:
    """Need nothing from elsewhere."""


def simple_change(
    name: str, apply: Callable[[Changing], Done], show: Callable[[GuardedRequest, Done], str], object_field: str = ""
) -> Change[None]:
    """Make a change that asks nothing elsewhere and is answered by the page that has its form.

    `show` makes that page with what came of the change.
    """

    def follow(_asker: Asker, done: Done, _heard: None) -> View:
        return lambda asked: show(asked, done)

    return Change(name, ask_nothing, lambda asked, _heard: apply(asked), follow, object_field)


def refused(change: str, strong: str, text: str) -> Done:
    """Say that a change was not made, and what is unchanged; its access row says so too."""
    return Done(f"{change}: refused", "warn", strong, text)


def once(page_token: str, change: str, now: datetime, object: str = "") -> str:
    """Return the one-time token of one form on a page that is being made."""
    return make_form_token(services().settings.secret_key, page_token, change, object, now)


def changing(
    change: Change[T], action: Action = Action.ADMIN_CHANGE, then: Wanted = Action.ADMIN_VIEW
) -> Callable[[], Response]:
    """Make a change into a route; it answers POST and reads `page_token`, `once` and the field of the object.

    `action` is what the change is decided as, `then` what its answer is.
    """

    def route() -> Response:
        visit = visit_of_form()
        refresh_rights(visit)
        with reading(services().sessions) as db:
            ruling = _rule(db, visit, action)
        if ruling.refusal is not None:
            return finish(visit, ruling, None)
        heard = change.ask(make_asker(visit, ruling))
        # Asking can take a while: what ended meanwhile counts as ended.
        visit = replace(visit, now=services().now())
        refresh_rights(visit)
        done = _make(change, visit, action, heard)
        view = change.follow(make_asker(visit, ruling), done, heard)
        return answer(visit, then, view)

    return route


def _rule(db: Session, visit: Visit, action: Action) -> Ruling:
    return rule(db, visit, load_rights(db, visit), action)


def _make(change: Change[T], visit: Visit, action: Action, heard: T) -> Done:
    """Use the form, make the change and write its access row in one transaction.

    Raises:
        PageError: it is refused; a row of its own says so.
    """
    ruling: Ruling | None = None
    try:
        with writing(services().sessions) as db:
            ruling = _rule(db, visit, action)
            if ruling.refusal is not None:
                raise ruling.refusal
            named = request.form.get(change.object_field, "") if change.object_field else ""
            _use_form(db, change, visit, named)
            viewer, launch = ruling.standing.viewer, visit.launch
            done = change.apply(Changing(db, launch.platform_id, named, visit.now, launch, viewer), heard)
            save_access(db, make_access_entry(visit, ruling, done.detail[:DETAIL_LIMIT]))
            note_use(db, visit, None)
    except PageError as refusal:
        if ruling is not None:
            _record_refusal(change, visit, replace(ruling, refusal=refusal))
        raise
    return done


def _use_form(db: Session, change: Change[T], visit: Visit, named: str) -> None:
    given = request.form.get("once", "")
    use_form_token(db, services().settings.secret_key, visit.page_token, change.name, named, given, visit.now)


def _record_refusal(change: Change[T], visit: Visit, ruling: Ruling) -> None:
    is_known_reason = not isinstance(ruling.refusal, NotFound | FormExpired | FormUsed)
    entry = make_access_entry(visit, ruling, change.name)
    if not is_known_reason and ruling.refusal is not None:
        entry = replace(entry, reason=ruling.refusal.code)
    with writing(services().sessions) as db:
        save_access(db, entry)
        note_use(db, visit, ruling.refusal)
