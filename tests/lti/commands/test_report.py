"""`lea report semester` shows and keeps the same suppressed report."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import select

from bridge.schema.engagement import EvaluationRow
from bridge.schema.people import Enrolment
from bridge.store.database import make_engine, make_sessions, writing
from tests.bridge.worth.past_site import PastSite
from tests.lti.commands.test_worth import past_site

__all__ = ["past_site"]


def test_days_without_an_evaluation_are_refused_and_nothing_is_kept(past_site: PastSite, tmp_path: Path) -> None:
    out = tmp_path / "semester.json"
    words = ["--from", "1999-09-01", "--to", "1999-12-31", "--out", str(out), "--groups", str(past_site.groups)]
    answer = past_site.console.lea("report", "semester", *words)

    assert answer.exit_code != 0
    assert "No week that closed from 1999-09-01 to 1999-12-31 was evaluated" in answer.output
    assert not out.exists()


def test_an_end_before_the_beginning_is_refused(past_site: PastSite) -> None:
    answer = past_site.console.lea("report", "semester", "--from", "2026-09-01", "--to", "2026-08-31")

    assert answer.exit_code != 0
    assert "--to is before --from." in answer.output


def evaluate_all(address: str) -> None:
    """Store an evaluation of one closed week for every learner; every third has a reason under the rule."""
    with writing(make_sessions(make_engine(address))) as db:
        for number, row in enumerate(db.scalars(select(Enrolment).order_by(Enrolment.person_id)).all()):
            db.add(
                EvaluationRow(
                    course_id=row.course_id,
                    person_id=row.person_id,
                    week_no=3,
                    as_of=date(2025, 10, 19),
                    shown_band="meeting the published level",
                    clock_days=0,
                    concern_reasons=[] if number % 3 else ["silent"],
                    overdue_task_ids=[],
                    sentence="",
                    inputs={},
                    level_version="1",
                    calendar_version="1",
                    code_version="1",
                    made_at=datetime(2025, 10, 20, tzinfo=UTC),
                )
            )


def test_a_semester_is_shown_and_kept_without_a_name(past_site: PastSite, tmp_path: Path) -> None:
    evaluate_all(past_site.console.settings["LEA_DATABASE_URL"])
    out = tmp_path / "semester.json"
    words = ["--from", "2025-09-01", "--to", "2026-01-31", "--out", str(out), "--groups", str(past_site.groups)]
    answer = past_site.console.lea("report", "semester", *words)

    assert answer.exit_code == 0, answer.output
    kept = json.loads(out.read_text(encoding="utf-8"))
    assert (kept["first"], kept["flags"], kept["learners"]) == ("2025-09-01", [], 80)
    assert {(row["grouping"], row["group"], row["measure"]) for row in kept["impact"]} == {
        ("gender", "F", "a reason under the published rule"),
        ("gender", "M", "a reason under the published rule"),
    }
    assert "Concerns by rule" in answer.output
    for text in (answer.output.replace(str(tmp_path), ""), out.read_text(encoding="utf-8")):
        assert not any(str(number) in text for number in (*range(1000, 1040), *range(2000, 2025)))
