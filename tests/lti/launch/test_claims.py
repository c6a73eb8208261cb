"""Every claim with any type and size: a clean refusal or a safe page, never a defect."""

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lti.errors import LaunchRefused
from lti.launch.claims import LaunchClaims
from lti.launch.deep_linking import LTI
from lti.launch.text import clean_text
from lti.reasons import TEXTS
from tests.lti.launch.test_verification import GOOD, KEYS, verify

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=30)
    | st.sampled_from(["\ud800", "\x00", "\u202e", "x" * 10_000, "1.3.0", "3", "-1", "$User.id"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "locale", "moodle_user_id"]), inner)
    ),
    max_leaves=5,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(GOOD)), JSON)
@example(f"{LTI}context", {"id": "\x00"})
@example("name", "\ud800\u202e" + "x" * 10_000)
def test_any_claim_of_any_type_and_size_is_refused_cleanly_or_safe(name: str, value: object) -> None:
    token = KEYS.sign({**GOOD, name: value})

    code, launch = outcome(token)

    if launch is None:
        assert code in TEXTS
    else:
        assert clean_text(launch.display_name) == launch.display_name
        assert (launch.moodle_user_id, launch.moodle_course_id) == (3, 2) or name in ("sub", f"{LTI}context")


def outcome(id_token: str) -> tuple[str, LaunchClaims | None]:
    try:
        return "", verify(id_token)
    except LaunchRefused as error:
        return error.code, None
