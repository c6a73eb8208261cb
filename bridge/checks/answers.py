"""Ask Moodle everything that the checks judge, without changing anything there.

A function is tried with a parameter that none of them takes: Moodle refuses it (`invalidparameter`) after it has looked
at the token and at the service's functions, and before the function does anything.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.moodle.client import MoodleClient
from bridge.moodle.errors import AccessRefused, MoodleError, ParameterRefused, PermissionMissing, PluginMissing
from bridge.moodle.functions import Function
from bridge.records import PluginVersion

HALF_A_SECOND = timedelta(seconds=0.5)


@dataclass(frozen=True, slots=True)
class Answers:
    """What Moodle answered."""

    version: PluginVersion | None
    """None: it did not say."""
    skew: timedelta | None
    """Moodle's clock minus ours."""
    reached: frozenset[Function]
    """The functions that the token may call."""
    errors: Mapping[Function, MoodleError]
    """Why a function cannot be called; one that was not tried is neither here nor in `reached`."""


def ask_everything(client: MoodleClient, now: Callable[[], datetime]) -> Answers:
    """Ask for the plugin's version and try every other function; stop where the site itself does not answer."""
    reached: set[Function] = set()
    errors: dict[Function, MoodleError] = {}
    version, skew = None, None
    before = now()
    try:
        version = client.version()
        # The answer was made at some time between the two instants, and it tells whole seconds, cut off.
        skew = version.now + HALF_A_SECOND - before - (now() - before) / 2
        reached.add(Function.VERSION)
    except MoodleError as error:
        errors[Function.VERSION] = error
        if not is_about_rights(error):
            return Answers(None, None, frozenset(), errors)
    for function in Function:
        if function is not Function.VERSION and not _try(client, function, reached, errors):
            break
    return Answers(version, skew, frozenset(reached), errors)


def is_about_rights(error: MoodleError) -> bool:
    """Say whether another function may well be answered after this one was refused so."""
    return isinstance(error, AccessRefused | PluginMissing | PermissionMissing)


def _try(client: MoodleClient, function: Function, reached: set[Function], errors: dict[Function, MoodleError]) -> bool:
    """Try a function and note the outcome; False where there is no point in trying more."""
    try:
        client.probe(function)
        reached.add(function)
    except (ParameterRefused, PermissionMissing):
        reached.add(function)
    except MoodleError as error:
        errors[function] = error
        return is_about_rights(error)
    return True
