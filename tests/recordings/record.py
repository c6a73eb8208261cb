"""Record what a real Moodle answers to each of the plugin's functions (any Moodle 4.5 or later with local_lea).

Run it as `python -m tests.recordings.record`; README.md beside this file says which variables it reads.
"""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.recordings.cases import BARE, BOT, UNKNOWN, Case, Subject, find_viewers, find_windows, list_cases

FOLDER = Path(__file__).parent / "ws"
SERVER = "/webservice/rest/server.php"
SHOWN_ADDRESS = "http://moodle.example"
TIMEOUT_SECONDS = 60


class Refused(Exception):
    """Moodle answered a question of the preparation with an error; the message is its errorcode."""


@dataclass(frozen=True, slots=True, repr=False)
class Site:
    """The Moodle to record from."""

    url: str
    tokens: Mapping[str, str]
    """The token of each caller. Never written down."""


def record_case(site: Site, case: Case) -> dict[str, Any]:
    """Send one request and describe it with its answer.

    Returns the recording: function, request with the token replaced by its owner, status, content_type, bytes and body
    (decoded where it is JSON). Raises requests.RequestException when there is no answer at all.
    """
    form = {**case.form, "wsfunction": case.function, "moodlewsrestformat": "json"}
    secret = {"wstoken": site.tokens[case.caller]}
    answer = requests.post(site.url + SERVER, data={**form, **secret}, timeout=TIMEOUT_SECONDS)
    return {
        "function": case.function,
        "request": {
            "method": "POST",
            "url": SHOWN_ADDRESS + SERVER,
            "form": {**form, "wstoken": f"<token of {case.caller}>"},
        },
        "status": answer.status_code,
        "content_type": answer.headers.get("Content-Type", ""),
        "bytes": len(answer.content),
        "body": _body(answer),
    }


def main(environment: Mapping[str, str]) -> int:
    """Record everything anew; answer 0, or 2 with a sentence when a variable is missing or the Moodle refuses."""
    missing = [name for name in ("LEA_LIVE_MOODLE_URL", "LEA_LIVE_MOODLE_TOKEN") if not environment.get(name)]
    if missing:
        sys.stderr.write(f"Set {' and '.join(missing)} to say which Moodle to record from. Nothing was changed.\n")
        return 2
    tokens = {BOT: environment["LEA_LIVE_MOODLE_TOKEN"], UNKNOWN: "0" * 32}
    if environment.get("LEA_LIVE_BARE_TOKEN"):
        tokens[BARE] = environment["LEA_LIVE_BARE_TOKEN"]
    site = Site(environment["LEA_LIVE_MOODLE_URL"].rstrip("/"), tokens)
    try:
        subject = find_subject(site, environment)
    except Refused as refusal:
        sys.stderr.write(f"Moodle refused: {refusal}. Check plugin, service and token. Nothing was changed.\n")
        return 2
    cases = [case for case in list_cases(subject) if case.caller in site.tokens]
    recordings = {case.name: record_case(site, case) for case in cases}
    write_recordings(site, recordings)
    sys.stdout.write(f"{len(cases)} answers recorded.\n")
    return 0


def find_subject(site: Site, environment: Mapping[str, str]) -> Subject:
    """Find what to record on this site: the course named by the environment or the first one, its people, its log.

    Says first which courses are switched on (all, or those that the environment names): others refuse to be read.
    Raises Refused when the Moodle answers with an error.
    """
    every_course = [each["id"] for each in _ask(site, "get_courses")["courses"]]
    course = int(environment.get("LEA_LIVE_COURSE") or 0) or every_course[0]
    switched_on = environment.get("LEA_LIVE_SWITCHED_ON") or ",".join(str(each) for each in every_course)
    client_ids = environment.get("LEA_LIVE_CLIENT_IDS", "")
    _ask(site, "set_courses", clientids=client_ids, courseids=switched_on)
    named = dict(pair.split("=") for pair in environment.get("LEA_LIVE_VIEWERS", "").split(",") if pair)
    roster = _ask(site, "get_roster", courseid=course)
    events = _ask(site, "get_log_events", afterid=0, courseids=course)["events"]
    return Subject(
        course_id=course,
        viewers={**find_viewers(roster), **{word: int(user) for word, user in named.items()}},
        last_log_id=events[-1]["id"] if events else 0,
        windows=find_windows(events),
        switched_on=switched_on,
        client_ids=client_ids,
    )


def write_recordings(site: Site, recordings: Mapping[str, Mapping[str, Any]]) -> None:
    """Replace the folder's files by these, the site's own address taken out."""
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for name, recording in recordings.items():
        text = json.dumps(recording, indent=1, ensure_ascii=False).replace(site.url, SHOWN_ADDRESS)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def _ask(site: Site, function: str, **form: int | str) -> Any:
    body = record_case(site, Case("", f"local_lea_{function}", form))["body"]
    if not isinstance(body, dict) or "errorcode" in body:
        raise Refused(body["errorcode"] if isinstance(body, dict) else "no JSON")
    return body


def _body(answer: requests.Response) -> object:
    """Decode JSON; anything else stays text."""
    try:
        return json.loads(answer.content)
    except ValueError:
        return answer.text


if __name__ == "__main__":
    sys.exit(main(os.environ))
