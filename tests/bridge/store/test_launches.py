"""A verified launch waits for its person's click with all that it said, and is given out once."""

from datetime import UTC, datetime, timedelta

from bridge.schema.launches import ContinueCode
from bridge.store.database import Sessions, reading, writing
from bridge.store.launches import WISH, WaitingLaunch, consume_continue_code, save_continue_code
from bridge.store.viewer_sessions import NewSession

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=2)
LAUNCH = NewSession(1, 1, "1", 3, 2, "Bilal Hughes", "en", "learner", False, "https://moodle.example/memberships")


def test_a_waiting_launch_comes_back_whole_and_once(sessions: Sessions) -> None:
    with writing(sessions) as db:
        save_continue_code(db, "a" * 64, LAUNCH, SOON, NOW, wished_panel="own")

    with writing(sessions) as db:
        first, second = (consume_continue_code(db, "a" * 64, NOW) for _ in range(2))

    assert first == WaitingLaunch(LAUNCH, "own")
    assert second is None


def test_a_launch_that_waited_too_long_is_not_given_out(sessions: Sessions) -> None:
    with writing(sessions) as db:
        save_continue_code(db, "a" * 64, LAUNCH, SOON, NOW)

    with writing(sessions) as db:
        assert consume_continue_code(db, "a" * 64, SOON + timedelta(seconds=1)) is None


def test_a_launch_that_waited_while_the_tool_was_updated_still_opens(sessions: Sessions) -> None:
    with writing(sessions) as db:
        save_continue_code(db, "a" * 64, LAUNCH, SOON, NOW)
        db.flush()
        row = db.get_one(ContinueCode, "a" * 64)
        row.launch = {name: value for name, value in row.launch.items() if name not in (WISH, "memberships_url")}

    with reading(sessions) as db:
        waiting = consume_continue_code(db, "a" * 64, NOW)

    assert waiting is not None
    assert (waiting.wished_panel, waiting.launch.memberships_url) == ("", None)
