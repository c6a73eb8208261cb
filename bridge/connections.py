"""Make Moodle clients from the saved connections: the token is opened here and goes into the client alone."""

from collections.abc import Callable

from bridge.config import Settings
from bridge.errors import BridgeError
from bridge.moodle.client import ATTEMPTS, MoodleClient
from bridge.moodle.transport import KeptConnections
from bridge.secrets import decrypt
from bridge.store.database import Sessions, reading
from bridge.store.viewers import load_connection

PAGE_TIMEOUT = (3.05, 5.0)
"""Connect and read, in seconds: somebody waits for the page."""
PAGE_DEADLINE = 8.0


class NotConnected(BridgeError):
    """The platform's Moodle address or token is not saved here."""

    code = "not-connected"
    next_step = "Save its web-service token (`lea platform connect`, or on the administrator's page)."


def make_sync_client(
    sessions: Sessions, settings: Settings, platform_id: int, *, attempts: int = ATTEMPTS
) -> MoodleClient:
    """Return a client that takes its time: for the sync, and with one attempt for somebody who waits at a terminal.

    Raises:
        NotConnected: no address or token is saved for the platform.
        SecretUnreadable: the token does not open with this LEA_SECRET_KEY.
    """
    moodle_url, token = _open_connection(sessions, settings, platform_id)
    return MoodleClient(
        moodle_url,
        token,
        attempts=attempts,
        allow_insecure=settings.allow_insecure_platforms,
        egress=settings.egress,
    )


def make_page_clients(sessions: Sessions, settings: Settings) -> Callable[[int], MoodleClient]:
    """Return a function from platform id to a client that asks once and gives up soon; any thread may call it.

    The function raises NotConnected when nothing is saved and SecretUnreadable when the token does not open.
    """
    kept = KeptConnections()

    def client_for(platform_id: int) -> MoodleClient:
        return make_page_client(*_open_connection(sessions, settings, platform_id), settings, kept)

    return client_for


def make_page_client(
    moodle_url: str, token: str, settings: Settings, kept: KeptConnections | None = None
) -> MoodleClient:
    """Return a client that asks once and gives up soon, with a token that need not be saved; over `kept`, if any.

    Raises:
        InsecureAddress: the address is not https, and the settings do not allow that.
    """
    return MoodleClient(
        moodle_url,
        token,
        session=None if kept is None else kept.new_session(),
        timeout=PAGE_TIMEOUT,
        deadline=PAGE_DEADLINE,
        attempts=1,
        allow_insecure=settings.allow_insecure_platforms,
        egress=settings.egress,
    )


def _open_connection(sessions: Sessions, settings: Settings, platform_id: int) -> tuple[str, str]:
    with reading(sessions) as db:
        found = load_connection(db, platform_id)
    if found is None:
        raise NotConnected(f"Platform {platform_id} is not connected. {NotConnected.next_step}")
    moodle_url, encrypted = found
    return moodle_url, decrypt(encrypted, settings.secret_key)
