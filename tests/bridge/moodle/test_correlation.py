"""What is asked of Moodle, and each log line, carries the id of the request or run that it belongs to."""

import io
import json

from structlog.contextvars import clear_contextvars

from bridge.correlation import HEADER, correlate, correlated_run
from bridge.moodle.client import MoodleClient
from lti.logs import make_log
from tests.bridge.moodle.replaying import Replaying, reply_of


def test_a_call_carries_the_id_of_what_it_is_made_for(moodle: Replaying, client: MoodleClient) -> None:
    sent: list[str | None] = []
    clear_contextvars()

    def ask() -> None:
        moodle.answer_with(reply_of("ws/get_version.json"))
        client.version()
        sent.append(moodle.headers[-1].get(HEADER))

    ask()
    correlate("AAAA-BBBB-CC")
    ask()
    with correlated_run():
        ask()
    ask()
    clear_contextvars()
    assert sent[:2] == [None, "AAAA-BBBB-CC"]
    assert str(sent[2]).startswith("run-")
    assert sent[3] == "AAAA-BBBB-CC"


def test_a_log_line_carries_it_too_and_two_runs_have_two_ids() -> None:
    stream = io.StringIO()
    log = make_log("INFO", stream)
    for _ in range(2):
        with correlated_run():
            log.info("one")
            log.info("two")
    ids = [json.loads(line)["request_id"] for line in stream.getvalue().splitlines()]
    assert ids[0] == ids[1] != ids[2] == ids[3]
