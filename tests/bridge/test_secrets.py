"""Secrets at rest open with their own key alone."""

import pytest

from bridge.errors import SecretUnreadable
from bridge.secrets import decrypt, encrypt, hash_token

KEY = "a-secret-key-of-thirty-two-characters"


def test_a_secret_comes_back_with_the_same_key() -> None:
    assert decrypt(encrypt("wstoken", KEY), KEY) == "wstoken"


def test_the_stored_text_does_not_hold_the_secret_and_differs_each_time() -> None:
    first, second = encrypt("wstoken", KEY), encrypt("wstoken", KEY)
    assert "wstoken" not in first
    assert first != second


@pytest.mark.parametrize("altered", ["", "not encrypted", "gAAAA"])
def test_another_key_or_an_altered_text_is_an_error_that_says_what_to_do(altered: str) -> None:
    for stored, key in ((altered, KEY), (encrypt("wstoken", KEY), KEY + "x")):
        with pytest.raises(SecretUnreadable, match="LEA_SECRET_KEY"):
            decrypt(stored, key)


def test_a_token_is_stored_as_a_hash_of_64_hex_digits() -> None:
    assert len(hash_token("token")) == 64
    assert hash_token("token") != hash_token("Token")
