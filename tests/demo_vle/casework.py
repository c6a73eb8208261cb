"""What the leads of the demo's schools published on their pages: how concerns are looked at."""

from datetime import datetime

from sqlalchemy import select

from analytics.policy.casework import Channel
from analytics.policy.process import Process
from bridge.schema.records import School
from bridge.store.database import make_engine, make_sessions, writing
from bridge.store.processes import publish_process
from tests.demo_vle.platform import DemoVle

LADDER = {
    Channel.UNIVERSITY_EMAIL: "with the school’s template",
    Channel.PERSONAL_EMAIL: "with the school’s template",
    Channel.PHONE: "once, by day",
}
PROCESSES = {
    "SBBS": ("lead", Process("the learner’s adviser", 20, 15, "Dr Fay Fitness", 5, LADDER)),
    "MATH": (
        "maths_lead",
        Process("the support officer, with the module organiser", 25, 10, "Dr Idris Vaughan", 3, rung_days=2),
    ),
}
"""School → the persona who leads it, and its process."""


def publish_processes(database_url: str, vle: DemoVle, now: datetime) -> None:
    """Publish each school's process in the name of its lead."""
    engine = make_engine(database_url)
    with writing(make_sessions(engine)) as db:
        for code, (key, process) in PROCESSES.items():
            school_id = db.scalars(select(School.id).where(School.code == code)).one()
            publish_process(db, school_id, process, published_by=vle.world.person(key).fullname, now=now)
    engine.dispose()
