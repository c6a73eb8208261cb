"""The administrator's file about a platform: everything needed, nothing unsafe, each problem named."""

import json
from pathlib import Path
from typing import Any

import pytest

from bridge.errors import PlatformFileError
from bridge.platform_file import read_platform_file, why_not

GOOD = {
    "name": "QMplus",
    "issuer": "https://qmplus.example.ac.uk",
    "client_id": "cmt1ABvrgM9hwDV",
    "deployment_ids": ["1"],
    "auth_login_url": "https://qmplus.example.ac.uk/mod/lti/auth.php",
    "auth_token_url": "https://qmplus.example.ac.uk/mod/lti/token.php",
    "key_set_url": "https://qmplus.example.ac.uk/mod/lti/certs.php",
}


def write(folder: Path, content: Any) -> Path:
    path = folder / "platform.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_the_sites_own_address_defaults_to_the_issuer(tmp_path: Path) -> None:
    described = read_platform_file(write(tmp_path, GOOD), allow_insecure=False)
    assert described.moodle_url == "https://qmplus.example.ac.uk"
    assert described.deployment_ids == ("1",)


@pytest.mark.parametrize("name", ["issuer", "client_id", "deployment_ids", "key_set_url"])
def test_a_missing_entry_is_named(tmp_path: Path, name: str) -> None:
    without = {key: value for key, value in GOOD.items() if key != name}
    with pytest.raises(PlatformFileError, match=name) as caught:
        read_platform_file(write(tmp_path, without), allow_insecure=False)
    assert "Nothing was saved" in str(caught.value)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '"text"', '{"issuer": 5}', '{"deployment_ids": {"0": 1}}'])
def test_a_file_of_another_shape_is_one_clear_error(tmp_path: Path, content: str) -> None:
    with pytest.raises(PlatformFileError, match=r"platform\.json does not fit"):
        read_platform_file(write(tmp_path, content), allow_insecure=False)


def test_a_file_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(PlatformFileError, match="cannot be read"):
        read_platform_file(tmp_path / "absent.json", allow_insecure=False)


@pytest.mark.parametrize(
    "address",
    [
        "http://qmplus.example.ac.uk/certs.php",
        "https://127.0.0.1/certs.php",
        "https://localhost/certs.php",
        "https://10.0.0.8/certs.php",
        "https://[::1]/certs.php",
        "https://169.254.169.254/latest/meta-data",
    ],
)
def test_an_insecure_or_private_address_is_refused_unless_this_is_a_trial(tmp_path: Path, address: str) -> None:
    path = write(tmp_path, GOOD | {"key_set_url": address})
    with pytest.raises(PlatformFileError, match=r"key_set_url.*LEA_ALLOW_INSECURE_PLATFORMS"):
        read_platform_file(path, allow_insecure=False)
    assert read_platform_file(path, allow_insecure=True).key_set_url == address


@pytest.mark.parametrize("address", ["", "ftp://x.example", "https://", "https://u:p@x.example", "https://[", "x"])
def test_what_is_no_address_is_refused_even_in_a_trial(address: str) -> None:
    assert why_not(address, allow_insecure=True)
