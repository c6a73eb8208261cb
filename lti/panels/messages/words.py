"""Put templates, findings of the tone check and the directory into what the pages of messages print."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from analytics.language import gettext
from analytics.policy.tone import Finding
from bridge.store.message_templates import Template
from bridge.store.support_services import Service
from lti.panels.words import BIDI_CONTROLS, Moment, clean, full_date

EXAMPLE_SUBJECT = "How are you getting on?"
EXAMPLE_BODY = """Dear {name},

I write to you because I would like to know how you are getting on. {reason}

There can be many good reasons for this, and our records can be wrong or incomplete: if they are, please tell me.

If something makes studying harder at the moment, there is support:
{support}

{ways_back} We can look together at what is still to do and how to catch up, at your pace.

Best wishes,
{sender}
{school}"""
"""Where a school begins; its lead changes it. In English, as the tone check reads it."""


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding of the tone check, as a page prints it."""

    words: str
    advice: str
    is_refused: bool


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """One template in a list."""

    template_id: int
    name: str
    subject: str
    saved: str


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One service in a list."""

    service_id: int
    name: str
    how: str
    url: str
    whose: str
    is_own: bool


def list_findings(found: Sequence[Finding]) -> tuple[FindingLine, ...]:
    """Return what the tone check found, each once. Empty: nothing."""
    lines = (FindingLine(clean(one.words) if one.words else "", one.advice, one.is_refused) for one in found)
    return tuple(dict.fromkeys(lines))


def list_templates(templates: Sequence[Template], moment: Moment) -> tuple[TemplateLine, ...]:
    """Return templates as a list prints them. Empty: none."""
    return tuple(
        TemplateLine(
            one.template_id,
            clean(one.name),
            clean(one.subject),
            f"{clean(one.saved_by)}, {full_date(moment.date_of(one.saved_at))}",
        )
        for one in templates
    )


def group_services(
    services: Sequence[Service], own_school: int | None = None
) -> tuple[tuple[str, tuple[ServiceLine, ...]], ...]:
    """Return the directory by need; entries of `own_school` can be changed there. Empty: the directory is empty."""
    return tuple(
        (need, tuple(_make_line(one, own_school) for one in group))
        for need, group in groupby(services, key=lambda one: clean(one.need))
    )


def _make_line(service: Service, own_school: int | None) -> ServiceLine:
    return ServiceLine(
        service.service_id,
        clean(service.name),
        " ".join(clean_lines(service.how).split()),
        service.url,
        clean(service.school) if service.school else gettext("for everybody"),
        own_school is not None and service.school_id == own_school,
    )


def clean_lines(text: str) -> str:
    """Make a text of several lines safe to place and to send: no control or direction characters but line ends."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in unified if char == "\n" or _is_kept(char)).strip()


def _is_kept(char: str) -> bool:
    return char not in BIDI_CONTROLS and unicodedata.category(char) not in {"Cc", "Cs", "Co", "Cn"}
