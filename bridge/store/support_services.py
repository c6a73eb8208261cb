"""Read and write the directory of services by need (table support_service; policy paragraphs 25 and 26)."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from analytics.language import gettext, mark, numeral
from bridge.errors import BridgeError
from bridge.schema.casework import SupportService
from bridge.schema.people import Enrolment
from bridge.schema.records import CourseSchool, School, StudentRecord

NEED_LIMIT, NAME_LIMIT, HOW_LIMIT, URL_LIMIT = 100, 200, 2_000, 1_000
MOST = 200
"""Entries of one school, or of the whole institution."""
NEED_WORDS = (mark("The need is missing."), mark("The need is longer than {most} characters."))
NAME_WORDS = (mark("The name is missing."), mark("The name is longer than {most} characters."))
HOW_WORDS = (mark("The way to reach it is missing."), mark("The way to reach it is longer than {most} characters."))


class ServiceRefused(BridgeError):
    """An entry of the directory was not kept; nothing was changed."""

    code = "service-refused"
    next_step = "Change the entry and keep it again."


@dataclass(frozen=True, slots=True)
class Service:
    """One service: for what, its name, how to reach it."""

    need: str
    name: str
    how: str
    url: str = ""
    school_id: int | None = None
    """None: it is for the whole institution."""
    school: str = ""
    service_id: int = 0
    """0 before it is kept."""


def load_services(db: Session, platform_id: int, school_ids: Sequence[int] | None = None) -> tuple[Service, ...]:
    """Return the institution's services and those of schools (None: of every school), by need and name.

    Empty: the directory has no entry yet.
    """
    which: list[ColumnElement[bool]] = [SupportService.platform_id == platform_id]
    if school_ids is not None:
        which.append(or_(SupportService.school_id.is_(None), SupportService.school_id.in_(school_ids)))
    rows = db.execute(
        select(SupportService, School.name)
        .outerjoin(School, School.id == SupportService.school_id)
        .where(*which)
        .order_by(SupportService.need, SupportService.name, SupportService.id)
    )
    return tuple(
        Service(row.need, row.name, row.how, row.url or "", row.school_id, school or "", row.id) for row, school in rows
    )


def load_schools_of_learner(db: Session, person_id: int) -> tuple[int, ...]:
    """Return a learner's home school and the schools of their courses. Empty: nobody has said."""
    home = select(StudentRecord.school_id).where(StudentRecord.person_id == person_id)
    of_courses = (
        select(CourseSchool.school_id)
        .join(Enrolment, Enrolment.course_id == CourseSchool.course_id)
        .where(Enrolment.person_id == person_id, Enrolment.is_active)
    )
    return tuple(sorted({*db.scalars(home), *db.scalars(of_courses)} - {None}))


def save_service(db: Session, platform_id: int, service: Service) -> None:
    """Keep an entry, in place of the one with its id or, without an id, of the same place, need and name.

    Raises:
        ServiceRefused: a part is missing or too long, the address is no web address, or there are too many.
    """
    _check(service)
    is_there = [SupportService.platform_id == platform_id, _is_of(service.school_id)]
    is_it = (SupportService.need == service.need, SupportService.name == service.name)
    named = (SupportService.id == service.service_id,) if service.service_id else is_it
    row = db.scalars(select(SupportService).where(*is_there, *named)).first()
    if row is None:
        if (db.scalar(select(func.count()).select_from(SupportService).where(*is_there)) or 0) >= MOST:
            raise ServiceRefused(gettext("There are {most} entries already, the most there may be.", most=MOST))
        row = SupportService(platform_id=platform_id, school_id=service.school_id)
        db.add(row)
    row.need, row.name, row.how, row.url = service.need, service.name, service.how, service.url or None
    db.flush()


def delete_service(db: Session, platform_id: int, school_id: int | None, service_id: int) -> bool:
    """Take an entry of a school (None: of the institution) away; False: there is no such one."""
    which = (SupportService.platform_id == platform_id, _is_of(school_id), SupportService.id == service_id)
    if db.scalar(select(SupportService.id).where(*which)) is None:
        return False
    db.execute(delete(SupportService).where(*which))
    return True


def replace_institution_services(db: Session, platform_id: int, services: Sequence[Service]) -> None:
    """Put these in place of all the institution's own services; those of schools stay. Empty: there are none then.

    Raises:
        ServiceRefused: one of them cannot be kept.
    """
    db.execute(delete(SupportService).where(SupportService.platform_id == platform_id, _is_of(None)))
    for service in services:
        save_service(db, platform_id, service)


def _is_of(school_id: int | None) -> ColumnElement[bool]:
    return SupportService.school_id.is_(None) if school_id is None else SupportService.school_id == school_id


def _check(service: Service) -> None:
    for (missing, too_long), text, limit in (
        (NEED_WORDS, service.need, NEED_LIMIT),
        (NAME_WORDS, service.name, NAME_LIMIT),
        (HOW_WORDS, service.how, HOW_LIMIT),
    ):
        if not text.strip():
            raise ServiceRefused(gettext(missing))
        if len(text) > limit:
            raise ServiceRefused(gettext(too_long, most=numeral(limit)))
    if service.url and (len(service.url) > URL_LIMIT or not _is_web_address(service.url)):
        raise ServiceRefused(gettext("The address is no https:// address."))


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not any(char.isspace() for char in url)
