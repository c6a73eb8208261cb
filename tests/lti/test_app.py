"""The app as a whole: how it starts, what it says when its database is gone, and which keys it publishes."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bridge.config import Settings
from bridge.store.database import Sessions, make_engine, make_sessions, writing
from bridge.store.facts_place import save_has_moved
from lti.app import create_app
from tests.lti.served import SECRET_KEY, Tool
from tests.lti.small_world import LEARNER, OPEN

ROOT = Path(__file__).parents[2]


def test_the_wsgi_entry_point_reads_its_settings_from_the_environment(tmp_path: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LEA_")},
        "LEA_SECRET_KEY": SECRET_KEY,
        "LEA_PUBLIC_URL": "https://tool.example",
        "LEA_DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite3'}",
    }
    code = "import wsgi; print(wsgi.application.test_client().get('/healthz').get_data(as_text=True))"

    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)

    assert ran.stdout.strip() == "ok", ran.stderr


def test_a_missing_setting_is_named_at_start(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LEA_")}

    ran = subprocess.run(
        [sys.executable, "-c", "import wsgi"], cwd=ROOT, env=environment, capture_output=True, text=True
    )

    assert ran.returncode != 0
    assert "LEA_SECRET_KEY" in ran.stderr


def test_making_an_app_asks_nothing_of_the_database(tmp_path: Path) -> None:
    file = tmp_path / "not-made.sqlite3"

    create_app(Settings(secret_key=SECRET_KEY, public_url="https://tool.example", database_url=f"sqlite:///{file}"))

    assert not file.exists()


@pytest.mark.parametrize(
    "path", ["/lti/login?iss=https://a&login_hint=1&target_link_uri=https://tool.example/", "/lti/jwks.json"]
)
def test_a_database_that_is_gone_gives_a_503_page_with_its_headers(tmp_path: Path, path: str) -> None:
    sessions = make_sessions(make_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}"))
    app = create_app(Settings(secret_key=SECRET_KEY, public_url="https://tool.example"), sessions=sessions)

    answer = app.test_client().get(path)

    assert answer.status_code == 503
    assert "cannot reach its database" in answer.get_data(as_text=True)
    assert answer.headers["Retry-After"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_no_page_is_shown_while_the_facts_are_in_another_database_than_the_settings_say(sessions: Sessions) -> None:
    with writing(sessions) as db:
        save_has_moved(db, datetime(2026, 11, 22, tzinfo=UTC))
    client = create_app(
        Settings(secret_key=SECRET_KEY, public_url="https://tool.example"), sessions=sessions
    ).test_client()

    pages = [client.get("/lti/jwks.json") for _ in range(2)]
    ready = client.get("/readyz")

    assert [page.status_code for page in pages] == [500, 500]
    assert (ready.status_code, "facts" in ready.get_data(as_text=True)) == (503, True)
    assert client.get("/healthz").status_code == 200


def test_a_launch_whose_access_row_cannot_be_written_shows_nothing_and_leaves_no_session(tool: Tool) -> None:
    with writing(tool.sessions) as db:
        db.execute(text("ALTER TABLE access_log RENAME TO elsewhere"))

    answer = tool.launch(LEARNER, OPEN)

    assert answer.status_code == 503
    assert "Lena" not in answer.text
    with writing(tool.sessions) as db:
        assert db.execute(text("SELECT count(*) FROM viewer_session")).scalar_one() == 0


def test_a_defect_gives_a_page_with_a_reference_and_no_traceback(tool: Tool) -> None:
    def fail() -> str:
        raise ZeroDivisionError("secret detail")

    tool.app.add_url_rule("/fail", "fail", fail)

    answer = tool.request("GET", "/fail")

    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.text
    assert "Traceback" not in answer.text
    assert "secret detail" not in answer.text + tool.log.getvalue()
    assert "ZeroDivisionError" in tool.log.getvalue()


def test_the_tool_publishes_public_keys_only_and_always_the_same(tool: Tool) -> None:
    first, second = (tool.request("GET", "/lti/jwks.json").json() for _ in range(2))

    assert first == second
    (key,) = first["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "alg", "use"}
    assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")
    assert key["kid"]


def test_the_private_key_is_encrypted_at_rest(tool: Tool) -> None:
    tool.request("GET", "/lti/jwks.json")

    with writing(tool.sessions) as db:
        stored = db.execute(text("SELECT private_key FROM tool_key")).scalar_one()
    assert "PRIVATE" not in stored
