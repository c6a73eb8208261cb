"""Say how the platform is registered, and what waits for the administrator's approval."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from analytics.language import gettext, ngettext
from bridge.secrets import hash_token
from bridge.store.panel_site import RegisteredAs
from bridge.store.pending_registrations import PendingRecord
from lti.language import html_ngettext, html_text
from lti.launch.memberships import SCOPE
from lti.panels.words import Moment, clean, clean_whole, instant, listed


@dataclass(frozen=True, slots=True)
class Waiting:
    """One registration that waits for approval."""

    pending_id: int
    mark: str
    """Of what is shown: its id alone may be another registration's by the time of the answer."""
    name: str
    text: str


def list_waiting(pending: Sequence[PendingRecord], moment: Moment) -> tuple[Waiting, ...]:
    """List what waits for approval, and what each would get."""
    return tuple(
        Waiting(
            one.pending_id,
            mark_of(one),
            clean(one.granted.name),
            _say_waiting(one, moment),
        )
        for one in pending
    )


def _say_waiting(one: PendingRecord, moment: Moment) -> Markup:
    return html_text(
        "{site} registered itself {when}, client id {client}. Its keys come from {keys}. {asked}",
        site=_data(clean(one.granted.issuer)),
        when=instant(one.registered_at, moment),
        client=_data(clean(one.granted.client_id)),
        keys=_data(clean_whole(one.granted.key_set_url)),
        asked=_say_scopes(one),
    )


def _data(text: str) -> Markup:
    return Markup('<bdi translate="no">{}</bdi>').format(text)


def mark_of(one: PendingRecord) -> str:
    """Return what tells a waiting registration from any other one, whatever its id."""
    return hash_token(repr(one))[:32]


def _say_scopes(one: PendingRecord) -> str:
    if SCOPE in one.granted.granted_scopes:
        return gettext("It sends names and roles and granted the lists of members; this tool never asks for marks.")
    return gettext("It sends names and roles; this tool never asks for marks.")


def say_registration(registrations: Sequence[RegisteredAs]) -> Markup:
    """Say how the platform is registered."""
    deployments = sum(one.deployment_count for one in registrations)
    ids = _data(listed([clean(one.client_id) for one in registrations]))
    if not registrations:
        return html_text("not registered")
    clients = html_ngettext("client id {ids}", "client ids {ids}", len(registrations), ids=ids)
    places = ngettext("{number} deployment", "{number} deployments", deployments)
    return html_text("{clients}, {deployments}", clients=clients, deployments=places)
