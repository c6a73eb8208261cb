"""The running site: its world, clock, token, rights and what has been served so far."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.demo_vle.faults import Faults
from tests.demo_vle.worlds.model import World

Clock = Callable[[], datetime]
CAPABILITIES = (
    "webservice/rest:use",
    "local/lea:readcourses",
    "local/lea:readlog",
    "local/lea:readroster",
    "local/lea:readtasks",
    "local/lea:switchcourses",
    "local/lea:viewcontact",
)
"""What the service user needs, in the order in which the plugin names it."""
TOKEN = "demo0vle0token0of0the0service000"


def utc_now() -> datetime:
    """Give the present instant, aware, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of the log as it was asked for and served."""

    after_id: int
    to_id: int
    rows: int


class Served:
    """What was served, for tests that count. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.calls: Counter[str] = Counter()
        """Web service function → calls, failed ones included."""
        self.pages: list[LogPage] = []
        self.ids: Counter[int] = Counter()
        """Log id → how often its row was served."""

    @property
    def rows(self) -> int:
        """How many log rows were served, repeated ones included."""
        return sum(page.rows for page in self.pages)

    def count_call(self, function: str) -> None:
        """Note a call."""
        with self._lock:
            self.calls[function] += 1

    def count_page(self, after_id: int, to_id: int, ids: list[int]) -> None:
        """Note a page of the log."""
        with self._lock:
            self.pages.append(LogPage(after_id, to_id, len(ids)))
            self.ids.update(ids)

    def reset(self) -> None:
        """Start counting anew."""
        with self._lock:
            self.calls.clear()
            self.pages.clear()
            self.ids.clear()


@dataclass(slots=True)
class Site:
    """What the web services and launches answer from. Tests change it while it is served."""

    world: World
    now: Clock = utc_now
    faults: Faults = field(default_factory=Faults)
    served: Served = field(default_factory=Served)
    url: str = ""
    token: str | None = field(default=TOKEN, repr=False)
    """None: there is no token any more."""
    token_valid_until: datetime | None = None
    capabilities: set[str] = field(default_factory=lambda: set(CAPABILITIES))
    """What the service user may do."""
    left_out_of_service: set[str] = field(default_factory=set)
    """Functions of the plugin that the service does not hold."""
    plugin_installed: bool = True
    client_ids: set[str] = field(default_factory=set)
    """By which the site knows the tool among its external tools."""
    is_tool_found: bool = False
    """The plugin found the tool among them, by a client id that the service sent."""
    is_tool_active: bool = True
    """Off: the administrator has not activated the tool yet."""
    switched_on: frozenset[int] = frozenset()
    """The list of courses that the service sent last."""
    queued: set[int] = field(default_factory=set)
    """Courses whose activity of the tool the next cron looks after; 1 is the front page."""
    placed: dict[int, int] = field(default_factory=dict)
    """Course → cmid of the activity that the plugin holds there."""
    allow_stealth: bool = True
    cron_age_seconds: int | None = 60
    """How long ago cron ran; None: never."""
    opening_my: set[int] = field(default_factory=set)
    """Users who came by "My engagement" a moment ago."""
    languages: dict[int, str] = field(default_factory=dict)
    """User → the language they chose for the site, as Moodle calls it; "en" where none was chosen."""
    log_calls: bool = False
    """Write a row into the log for each call, as Moodle does."""
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def tool_state(self) -> str:
        """How the tool stands among the site's external tools."""
        if not self.is_tool_found:
            return "missing"
        return "ready" if self.is_tool_active else "pending"

    def switch_all_on(self) -> None:
        """Let every course be on the list, as a service does that was told to read all of them."""
        self.switched_on = frozenset(self.world.courses)

    def seconds(self) -> int:
        """Give the site's clock in Unix seconds."""
        return int(self.now().timestamp())
