"""One-time form tokens: for one page, action and object, for half an hour, and once however many try."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bridge.schema.viewing import UsedFormToken
from bridge.store.database import Sessions, reading, writing
from lti.errors import FormExpired, FormUsed, PageError
from lti.session.form_tokens import LASTS_FOR, make_form_token, use_form_token

KEY = "a secret of the tests, long enough to be taken"
NOW = datetime(2026, 11, 6, 14, 20, tzinfo=UTC)
PAGE, ACTION, OBJECT = "page-token", "approve", "7"


def use(sessions: Sessions, given: str, **changed: object) -> None:
    facts: dict[str, object] = {"secret_key": KEY, "page_token": PAGE, "action": ACTION, "object": OBJECT, "now": NOW}
    with writing(sessions) as db:
        use_form_token(db, given=given, **{**facts, **changed})  # type: ignore[arg-type]  # the facts are the arguments


def test_a_form_works_once(sessions: Sessions) -> None:
    token = make_form_token(KEY, PAGE, ACTION, OBJECT, NOW)
    use(sessions, token)

    with pytest.raises(FormUsed):
        use(sessions, token)


def test_two_forms_of_one_page_work_beside_each_other(sessions: Sessions) -> None:
    first, second = (make_form_token(KEY, PAGE, ACTION, OBJECT, NOW) for _ in range(2))

    use(sessions, first)
    use(sessions, second)

    assert first != second


@pytest.mark.parametrize(
    "changed",
    [
        {"page_token": "another session's"},
        {"action": "refuse"},
        {"object": "8"},
        {"object": ""},
        {"secret_key": "another secret of the tests, long enough too"},
        {"now": NOW + LASTS_FOR},
    ],
    ids=["session", "action", "object", "no object", "key", "too late"],
)
def test_a_form_of_something_else_works_not_at_all_and_is_not_used_up(
    sessions: Sessions, changed: dict[str, object]
) -> None:
    token = make_form_token(KEY, PAGE, ACTION, OBJECT, NOW)

    with pytest.raises(FormExpired):
        use(sessions, token, **changed)

    use(sessions, token)


def test_a_form_works_until_its_half_hour_is_over(sessions: Sessions) -> None:
    token = make_form_token(KEY, PAGE, ACTION, OBJECT, NOW)

    use(sessions, token, now=NOW + LASTS_FOR - timedelta(seconds=1))


@given(sent=st.one_of(st.text(max_size=200), st.text("ab.0123456789", max_size=150)))
def test_whatever_else_is_sent_is_refused_in_words(sent: str) -> None:
    with pytest.raises(FormExpired):
        use_form_token(None, KEY, PAGE, ACTION, OBJECT, sent, NOW)  # type: ignore[arg-type]  # no row is ever asked for


def test_the_expiry_in_a_token_cannot_be_put_off(sessions: Sessions) -> None:
    nonce, expires, signature = make_form_token(KEY, PAGE, ACTION, OBJECT, NOW).split(".")

    with pytest.raises(FormExpired):
        use(sessions, f"{nonce}.{int(expires) + 3600}.{signature}", now=NOW + LASTS_FOR)


def test_of_eight_at_once_exactly_one_succeeds(sessions: Sessions) -> None:
    token = make_form_token(KEY, PAGE, ACTION, OBJECT, NOW)
    start, outcomes = threading.Barrier(8), []

    def send() -> None:
        start.wait()
        try:
            use(sessions, token)
            outcomes.append("done")
        except PageError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done", *["form-used"] * 7]


def test_a_form_whose_change_fails_is_not_used_up(sessions: Sessions) -> None:
    token = make_form_token(KEY, PAGE, ACTION, OBJECT, NOW)
    with pytest.raises(ZeroDivisionError):
        use_and_fail(sessions, token)

    use(sessions, token)


def use_and_fail(sessions: Sessions, token: str) -> None:
    with writing(sessions) as db:
        use_form_token(db, KEY, PAGE, ACTION, OBJECT, token, NOW)
        raise ZeroDivisionError


def test_neither_token_nor_page_token_is_stored(sessions: Sessions) -> None:
    token = make_form_token(KEY, PAGE, ACTION, OBJECT, NOW)
    use(sessions, token)

    with reading(sessions) as db:
        ((token_hash, expires_at),) = db.execute(select(UsedFormToken.token_hash, UsedFormToken.expires_at)).all()
    assert token_hash not in (token, PAGE)
    assert len(token_hash) == 64
    assert expires_at == NOW + LASTS_FOR
