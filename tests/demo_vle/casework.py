"""What the leads of the demo's schools published on their pages: how concerns are looked at."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from analytics.policy.casework import Channel
from analytics.policy.process import Process
from bridge.config import Settings
from bridge.schema.records import School
from bridge.store.database import make_engine, make_sessions, writing
from bridge.store.processes import publish_process
from bridge.sync.concerns import open_concerns
from bridge.sync.context import Sync
from bridge.sync.report import Silent, Tally
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


def begin_casework(environment: Mapping[str, str], vle: DemoVle, now: datetime) -> None:
    """Publish each school's process in the name of its lead, and open the concerns that the rule raises then.

    A later sync would open them, too; here they are there before anybody looks.
    """
    settings = Settings.from_environment(environment)
    engine = make_engine(settings.database_url)
    sessions = make_sessions(engine)
    with writing(sessions) as db:
        for code, (key, process) in PROCESSES.items():
            school = db.scalars(select(School).where(School.code == code)).one()
            publish_process(db, school.id, process, published_by=vle.world.person(key).fullname, now=now)
            platform_id = school.platform_id
    open_concerns(Sync(sessions, None, platform_id, settings, lambda: now, Silent()), Tally("concerns"))
    engine.dispose()
