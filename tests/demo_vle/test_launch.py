"""The demo VLE and the real tool do whole launches over HTTP, from the course page to the panel."""

from dataclasses import replace
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from bridge.store.database import make_engine, make_sessions
from bridge.store.migrations import upgrade
from tests.demo_vle.claims import LTI
from tests.demo_vle.keys import SigningKey
from tests.demo_vle.platform import DemoVle
from tests.lti.served import Clock, serve_tool

COURSE = 2


def test_a_launch_without_a_browser_ends_at_the_tool(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'lea.sqlite3'}")
    upgrade(engine)
    clock = Clock()
    with DemoVle(now=clock) as vle, serve_tool(make_sessions(engine), vle, clock, courses=(COURSE,)):
        learner, tutor = vle.launch("learner", COURSE), vle.launch("tutor", COURSE)
        vle.faults.launch_error = "access_denied"
        refused = vle.launch("learner", COURSE)
    engine.dispose()

    assert (learner.status_code, tutor.status_code) == (200, 200)
    assert learner.headers["Content-Type"].startswith("text/html")
    assert "Bilal Hughes1" in learner.text
    assert "Tess1 Tutor1" in tutor.text
    assert refused.status_code >= 400


def test_somebody_who_may_not_open_the_course_is_refused_by_the_platform() -> None:
    with DemoVle() as vle:
        member = vle.world.courses[COURSE].members[3]
        vle.world.courses[COURSE].members[3] = replace(
            member, enrolments=tuple(replace(one, active=False) for one in member.enrolments)
        )
        with pytest.raises(PermissionError):
            vle.claims(3, COURSE)


def test_any_token_can_be_minted() -> None:
    with DemoVle() as vle:
        claims = vle.claims("learner", COURSE, "a nonce")
        other = SigningKey.foreign()
        public = (
            vle.keys.keys[0]
            .private.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )
        right = vle.mint(claims)
        headers = [
            jwt.get_unverified_header(token)
            for token in (
                right,
                vle.mint(claims, {"kid": None}),
                vle.mint(claims, {"kid": "wrong", "jku": "https://192.0.2.1/keys"}),
                vle.mint(claims, algorithm="none"),
                vle.mint(claims, key=public, algorithm="HS256"),
                vle.mint(claims, key=other),
            )
        ]
        kid = vle.keys.keys[0].kid

    verified = jwt.decode(right, vle.keys.keys[0].private.public_key(), algorithms=["RS256"], audience=vle.client_id)
    assert verified == claims
    assert claims[f"{LTI}roles"] == ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"]
    assert headers == [
        {"typ": "JWT", "alg": "RS256", "kid": kid},
        {"typ": "JWT", "alg": "RS256"},
        {"typ": "JWT", "alg": "RS256", "kid": "wrong", "jku": "https://192.0.2.1/keys"},
        {"typ": "JWT", "alg": "none", "kid": kid},
        {"typ": "JWT", "alg": "HS256", "kid": kid},
        {"typ": "JWT", "alg": "RS256", "kid": other.kid},
    ]


def test_a_rotated_key_joins_the_old_one_or_replaces_it() -> None:
    with DemoVle() as vle:
        first = vle.keys.keys[0].kid
        second = vle.keys.rotate().kid
        together = [key.kid for key in vle.keys.keys]
        third = vle.keys.rotate(keep_old=False).kid

        assert together == [second, first]
        assert [key.kid for key in vle.keys.keys] == [third]
