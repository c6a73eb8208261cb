"""The parameters of web service functions, checked as Moodle's validate_parameters does."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tests.demo_vle.site import Site
from tests.demo_vle.worlds.model import Course
from tests.demo_vle.ws_errors import invalid_parameter, no_record, not_switched_on

Values = Mapping[str, str]
"""Parameter name → its text, of the right form, defaults filled in."""

_FORMS = {"int": re.compile(r"-?\d{1,18}"), "sequence": re.compile(r"[0-9,]*"), "raw": re.compile(r".*")}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: PARAM_INT, PARAM_SEQUENCE or PARAM_RAW, required when it has no default."""

    name: str
    kind: Literal["int", "sequence", "raw"] = "int"
    default: str | None = None


def check_parameters(given: Mapping[str, str], parameters: tuple[Parameter, ...]) -> Values:
    """Check what a caller sent and fill in defaults.

    Raises: WsError `invalidparameter` for a missing, unknown or ill-formed one.
    """
    known = {parameter.name for parameter in parameters}
    if set(given) - known:
        raise invalid_parameter()
    values: dict[str, str] = {}
    for parameter in parameters:
        value = given.get(parameter.name, parameter.default)
        if value is None or not _FORMS[parameter.kind].fullmatch(value):
            raise invalid_parameter()
        values[parameter.name] = value
    return values


def ids_of(values: Values, name: str) -> frozenset[int]:
    """Read a comma separated list of ids; empty for none."""
    return frozenset(int(part) for part in values[name].split(",") if part.strip() and int(part) > 0)


def course_of(site: Site, values: Values) -> Course:
    """Find the course that is asked for; 1 is the front page. Raises: WsError `invalidrecord` when there is none."""
    course = site.world.find_course(int(values["courseid"]))
    if course is None:
        raise no_record("course")
    return course


def switched_on_course_of(site: Site, values: Values) -> Course:
    """Do as `course_of`. Raises: WsError, also `coursenotswitchedon` for a course that the service did not send."""
    course = course_of(site, values)
    if course.id not in site.switched_on:
        raise not_switched_on()
    return course
