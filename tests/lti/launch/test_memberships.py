"""The membership service takes access away where Moodle's own word cannot be had, and never gives any."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import update

from bridge.schema.platforms import Registration
from bridge.schema.viewing import ViewerSession
from bridge.store.database import reading, writing
from bridge.store.registrations import RegistrationRecord, find_registrations
from lti.launch.memberships import MEDIA_TYPE, SCOPE, Memberships, find_next, load_active_ids, read_active_ids
from lti.launch.service_token import ServiceCaller, ServiceRefused, make_service_caller
from lti.services import EXTENSION
from tests.demo_vle.faults import Fault
from tests.demo_vle.worlds.model import Enrolment, Member
from tests.lti.served import Tool, names_somebody, reason_of
from tests.lti.small_world import ADMIN, CLASSMATE, IN_OTHER_GROUP, LEARNER, OPEN, START, TUTOR

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Change = Callable[[Tool], None]
MEMBERS = {str(LEARNER), str(CLASSMATE), str(IN_OTHER_GROUP), str(TUTOR)}


@pytest.fixture
def granted(tool: Tool) -> Tool:
    """The tool at a platform that granted it the membership service."""
    with writing(tool.sessions) as db:
        db.execute(update(Registration).values(granted_scopes=[SCOPE]))
    return tool


def registration_of(tool: Tool) -> RegistrationRecord:
    with reading(tool.sessions) as db:
        return find_registrations(db, tool.vle.issuer)[0]


def caller_of(tool: Tool) -> ServiceCaller:
    return make_service_caller(tool.sessions, tool.app.extensions[EXTENSION].settings)


def address(tool: Tool, course_id: int = OPEN) -> str:
    return f"{tool.vle.url}/mod/lti/services.php/CourseSection/{course_id}/bindings/1/memberships"


def active_ids(tool: Tool, url: str | None = None) -> set[str]:
    return load_active_ids(caller_of(tool), registration_of(tool), url or address(tool), tool.clock())


def leave(tool: Tool, who: int) -> None:
    gone = Member(("student",), (Enrolment(active=False, timecreated=START),))
    tool.vle.world.courses[OPEN].members[who] = gone


def silence_moodle(tool: Tool) -> None:
    """The web services fail from now on, and what Moodle said last is too old to be live."""
    tool.vle.faults.always(Fault.SERVER_ERROR)
    tool.clock.move(minutes=16)


def test_every_page_is_read(tool: Tool) -> None:
    tool.vle.services.page_size = 1

    assert active_ids(tool) == MEMBERS
    assert len(tool.vle.services.asked) == 4


def test_names_and_addresses_may_be_absent(tool: Tool) -> None:
    tool.vle.services.without_pii = True

    assert active_ids(tool) == MEMBERS


@pytest.mark.parametrize("status", ["Inactive", "Deleted", "active", ""])
def test_a_status_other_than_active_is_no_membership(tool: Tool, status: str) -> None:
    tool.vle.services.statuses[LEARNER] = status

    assert active_ids(tool) == MEMBERS - {str(LEARNER)}


def test_a_token_that_the_platform_forgot_is_asked_for_anew(tool: Tool) -> None:
    caller, registration = caller_of(tool), registration_of(tool)
    load_active_ids(caller, registration, address(tool), tool.clock())
    tool.vle.services.tokens.clear()

    assert load_active_ids(caller, registration, address(tool), tool.clock()) == MEMBERS
    assert len(tool.vle.services.assertions) == 2


def fail_with(status: int) -> Change:
    def change(tool: Tool) -> None:
        tool.vle.services.status = status

    return change


def point_elsewhere(tool: Tool) -> None:
    tool.vle.services.next_page = "https://evil.example/members"


def point_nowhere(tool: Tool) -> None:
    tool.vle.services.next_page = "https://[members"


def point_at_itself(tool: Tool) -> None:
    tool.vle.services.next_page = address(tool)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (fail_with(500), "status-500"),
        (fail_with(302), "status-302"),
        (fail_with(401), "status-401"),
        (fail_with(404), "status-404"),
        (fail_with(200), "not-json"),
        (point_elsewhere, "foreign-address"),
        (point_nowhere, "bad-address"),
        (point_at_itself, "too-many-pages|timeout"),
    ],
)
def test_a_list_that_cannot_be_read_to_its_end_says_nothing(tool: Tool, change: Change, reason: str) -> None:
    change(tool)

    with pytest.raises(ServiceRefused, match=reason):
        active_ids(tool)


@pytest.mark.parametrize("url", ["https://evil.example/memberships", "file:///etc/passwd", "", "http://127.0.0.1:1/"])
def test_no_token_goes_to_an_address_that_is_not_the_platforms(tool: Tool, url: str) -> None:
    with pytest.raises(ServiceRefused, match="foreign-address"):
        active_ids(tool, url or "x")

    assert tool.vle.services.assertions == []


def test_the_media_type_of_the_standard_is_asked_for(tool: Tool) -> None:
    caller, registration = caller_of(tool), registration_of(tool)
    token = caller.find_token(registration, SCOPE, tool.clock())

    assert caller.get(address(tool), token, MEDIA_TYPE).status == 200
    assert caller.get(address(tool), token, "application/json").status == 400


PAGE = "https://Moodle.example/Members?limit=1"


@pytest.mark.parametrize(
    ("link", "following"),
    [
        ("", None),
        ('<https://Moodle.example/A?From=1&x=%2F>; rel="next"', "https://Moodle.example/A?From=1&x=%2F"),
        ("<https://moodle.example/a>; rel=next", "https://moodle.example/a"),
        ('<https://moodle.example/a>; rel="prev", <https://moodle.example/b>; rel="next"', "https://moodle.example/b"),
        ('<https://moodle.example/a>; rel="last next"', "https://moodle.example/a"),
        ('<https://moodle.example/a>; rel="NEXT"', "https://moodle.example/a"),
        ('</b?from=2>; rel="next"', "https://Moodle.example/b?from=2"),
        ('<https://moodle.example/a>; rel="differences"', None),
        ("nonsense", None),
        (";;;,,,<>", None),
    ],
)
def test_the_next_page_is_followed_as_the_platform_wrote_it(
    database_url: str, link: str, following: str | None
) -> None:
    assert find_next(link, PAGE) == following


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not-json"),
        (b"[]", "no-members"),
        (b"{}", "no-members"),
        (b'{"members": {}}', "no-members"),
        (b'{"members": [5]}', "bad-member"),
        (b'{"members": [{"status": "Active"}]}', "bad-member"),
        (b'{"members": [{"user_id": ""}]}', "bad-member"),
        (b'{"members": [{"user_id": true}]}', "bad-member"),
        (b'{"members": [{"user_id": ["3"]}]}', "bad-member"),
        (b"[" * 100_000, "not-json"),
    ],
    ids=range(10),
)
def test_a_page_that_is_none_says_nothing_about_anybody(database_url: str, body: bytes, reason: str) -> None:
    with pytest.raises(ServiceRefused, match=reason):
        read_active_ids(body)


def test_a_missing_status_means_active_and_a_number_is_an_id(database_url: str) -> None:
    assert read_active_ids(b'{"members": [{"user_id": 3}, {"user_id": "4", "status": "Inactive"}]}') == {"3"}


def test_the_list_is_kept_for_a_quarter_of_an_hour_and_a_failure_for_a_minute(tool: Tool) -> None:
    memberships, registration = Memberships(caller_of(tool)), registration_of(tool)

    def ask() -> bool:
        return memberships.is_member(registration, address(tool), LEARNER, tool.clock())

    assert ask()
    leave(tool, LEARNER)
    assert ask()
    assert len(tool.vle.services.asked) == 1
    tool.clock.move(minutes=15)
    assert not ask()
    tool.clock.move(minutes=15)
    tool.vle.services.status = 500
    for _ in range(2):
        with pytest.raises(ServiceRefused):
            ask()
    assert len(tool.vle.services.asked) == 3


def test_a_learner_who_left_loses_the_page_although_moodles_word_cannot_be_had(granted: Tool) -> None:
    token = granted.open(LEARNER, OPEN)
    leave(granted, LEARNER)
    silence_moodle(granted)

    answer = granted.post("/panel/learner", token)

    assert (answer.status_code, reason_of(answer)) == (403, "rights-changed")
    assert not names_somebody(answer.text)
    assert granted.accesses()[-1].reason == "rights-changed"
    assert reason_of(granted.post("/panel/learner", token)) == "session-ended"


def test_a_learner_who_is_still_there_keeps_the_page(granted: Tool) -> None:
    token = granted.open(LEARNER, OPEN)
    silence_moodle(granted)

    assert granted.post("/panel/learner", token).status_code == 200
    assert granted.vle.services.asked


def test_a_tutor_gets_no_page_by_it(granted: Tool) -> None:
    token = granted.open(TUTOR, OPEN)
    silence_moodle(granted)

    answer = granted.post("/panel/tutor", token)

    assert (answer.status_code, reason_of(answer)) == (503, "rights-unchecked")
    assert not names_somebody(answer.text)


def test_a_tutor_who_left_loses_the_session(granted: Tool) -> None:
    token = granted.open(TUTOR, OPEN)
    leave(granted, TUTOR)
    silence_moodle(granted)

    answer = granted.post("/panel/tutor", token)

    assert (answer.status_code, reason_of(answer)) == (403, "rights-changed")


def test_somebody_who_is_listed_gains_nothing(granted: Tool) -> None:
    granted.vle.world.courses[OPEN].members[ADMIN] = Member(("student",), (Enrolment(timecreated=START),))
    silence_moodle(granted)

    answer = granted.launch(ADMIN, OPEN)

    assert not names_somebody(answer.text)
    assert "My weeks" not in answer.text


def test_a_service_that_fails_takes_nothing_away(granted: Tool) -> None:
    token = granted.open(LEARNER, OPEN)
    granted.vle.services.status = 500
    silence_moodle(granted)

    assert granted.post("/panel/learner", token).status_code == 200
    assert '"reason": "status-500"' in granted.log.getvalue()


def test_an_address_that_is_none_takes_nothing_away(granted: Tool) -> None:
    token = granted.open(LEARNER, OPEN)
    with writing(granted.sessions) as db:
        db.execute(update(ViewerSession).values(memberships_url="https://[members"))
    silence_moodle(granted)

    assert granted.post("/panel/learner", token).status_code == 200
    assert '"reason": "bad-address"' in granted.log.getvalue()


def test_while_moodle_answers_the_service_is_never_asked(granted: Tool) -> None:
    token = granted.open(LEARNER, OPEN)
    granted.clock.move(minutes=16)
    granted.post("/panel/learner", token)

    assert granted.vle.services.asked == []


@pytest.mark.parametrize("missing", ["scope", "claim"])
def test_without_scope_or_claim_the_service_is_never_asked(tool: Tool, missing: str) -> None:
    if missing == "claim":
        with writing(tool.sessions) as db:
            db.execute(update(Registration).values(granted_scopes=[SCOPE]))
    token = tool.open(LEARNER, OPEN)
    with writing(tool.sessions) as db:
        if missing == "claim":
            db.execute(update(ViewerSession).values(memberships_url=None))
    leave(tool, LEARNER)
    silence_moodle(tool)

    assert tool.post("/panel/learner", token).status_code == 200
    assert tool.vle.services.asked == []


def test_no_access_token_is_logged(granted: Tool) -> None:
    token = granted.open(LEARNER, OPEN)
    silence_moodle(granted)
    granted.post("/panel/learner", token)

    written = granted.log.getvalue()

    assert granted.vle.services.tokens
    assert not any(one in written for one in (*granted.vle.services.tokens, *granted.vle.services.assertions))


def test_a_registrations_scopes_are_read(granted: Tool) -> None:
    assert registration_of(granted) == replace(registration_of(granted), granted_scopes=frozenset({SCOPE}))
