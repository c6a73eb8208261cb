"""`make demo`: the whole tool on this machine against the demo VLE; invented people, loopback only, Ctrl-C ends it."""

import argparse
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.demo_vle.casework import begin_casework
from tests.demo_vle.living import Life
from tests.demo_vle.platform import DemoVle
from tests.demo_vle.site import utc_now
from tests.demo_vle.worlds.term import term
from tests.demo_vle.worlds.term_dates import ZONE, TermDates
from tests.demo_vle.worlds.term_people import FIRST_LEARNER_ID, RETURNING

ROOT = Path(__file__).parents[2]
LEA = str(Path(sys.executable).with_name("lea"))
START_SECONDS = 60
RECORD = (
    *("student_number", "home_school", "programme", "programme_name", "credits"),
    *("part_time", "research", "adviser", "adviser_name", "status"),
)
"""The columns of the student record that the demo takes in."""
SCHOOLED = (("MATH", "G100", "Mathematics BSc"), ("SBBS", "C100", "Biology BSc"))
"""Home school and programme of learners with an even and with an odd number."""
SCHOOL_STEPS = (
    ["school", "add", "SBBS", "School of Biological and Behavioural Sciences"],
    ["school", "add", "MATH", "School of Mathematical Sciences"],
    ["school", "courses", "SBBS", "11", "14"],
    ["school", "courses", "MATH", "13"],
)
HOLDERS = {
    "lead": ("lead", "SBBS"),
    "maths_lead": ("lead", "MATH"),
    "officer": ("support-officer", "MATH"),
}
"""Persona → what they are, of which school."""
READY_SECONDS = 0.2
OTHER_PORTS = (
    "End what uses it (another demo?), or run: .venv/bin/python -m tests.demo_vle.demo --vle-port 8091 --tool-port 8101"
)


class DemoFailed(Exception):
    """The demo could not start; the message says why and what to do next."""


@dataclass(frozen=True, slots=True)
class Demo:
    """Where one running demo lives. VLE and tool have different hosts: the tool sits in another site's frame."""

    folder: Path
    vle_port: int
    tool_port: int
    public_url: str = ""
    """The tool's address where a reverse proxy stands in front of it."""
    log_level: str = "WARNING"

    @property
    def vle_url(self) -> str:
        """The demo VLE's address."""
        return f"http://127.0.0.1:{self.vle_port}"

    @property
    def tool_url(self) -> str:
        """The tool's address."""
        return self.public_url or f"http://localhost:{self.tool_port}"

    def environment(self) -> dict[str, str]:
        """Return the settings of this demo's tool; the secret key is made anew for each demo's database."""
        return {name: value for name, value in os.environ.items() if not name.startswith("LEA_")} | {
            "LEA_SECRET_KEY": secrets.token_urlsafe(48),
            "LEA_PUBLIC_URL": self.tool_url,
            "LEA_DATABASE_URL": f"sqlite:///{self.folder / 'demo.sqlite3'}",
            "LEA_ALLOW_INSECURE_PLATFORMS": "1",
            "LEA_SYNC_MINUTES": "1",
            "LEA_LOG_LEVEL": self.log_level,
        }


@contextmanager
def running(demo: Demo) -> Iterator[DemoVle]:
    """Start the VLE, fill a new database from it, start tool and worker; stop all of them at the end.

    Raises:
        DemoFailed: a port is taken, or a part did not start.
    """
    now = utc_now()
    world = term(now.astimezone(ZONE).date(), until=now)
    refuse_taken(demo.tool_port)
    try:
        vle = DemoVle(world, port=demo.vle_port, tool_url=demo.tool_url)
    except OSError as error:
        raise DemoFailed(f"Port {demo.vle_port} is taken. Nothing was started. {OTHER_PORTS}") from error
    shutil.rmtree(demo.folder, ignore_errors=True)
    demo.folder.mkdir(parents=True)
    environment = demo.environment()
    with vle:
        Life(vle.site).start()
        fill_database(demo, vle, environment)
        serve = [LEA, "serve", "--port", str(demo.tool_port)]
        with (
            started(serve, environment, demo.folder / "tool.log") as tool,
            started([LEA, "worker"], environment, demo.folder / "worker.log"),
        ):
            wait_for(f"http://127.0.0.1:{demo.tool_port}/healthz", tool, demo.folder / "tool.log")
            yield vle


def refuse_taken(port: int) -> None:
    """Say at once that a port is taken, not after the database was made anew.

    Raises:
        DemoFailed: it is.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise DemoFailed(f"Port {port} is taken. Nothing was started. {OTHER_PORTS}") from error


def fill_database(demo: Demo, vle: DemoVle, environment: Mapping[str, str]) -> None:
    """Do what an admin does on the command line: upgrade, add the platform, its calendar and courses, sync."""
    platform = demo.folder / "platform.json"
    platform.write_text(json.dumps({**vle.registration(), "name": "Demo VLE"}))
    term_dates = TermDates.ending(utc_now().astimezone(ZONE).date())
    first, last = (day.isoformat() for day in term_dates.reading_week)
    monday = term_dates.first_monday.isoformat()
    agreed = ["--agreed-by", "The demo’s school", "--agreed-on", monday, "--by", "The demo"]
    past_run = ["--past-run", "The demo begins in mid-term.", "--yes"]
    record = demo.folder / "student-record.csv"
    write_record(vle, record)
    # Schools come before the first sync: figures of a school begin with the first week that is frozen after it is made.
    steps = [
        ["db", "upgrade"],
        ["platform", "add", "--from", str(platform), "--token-file", "-"],
        ["calendar", "set", "--weeks", "12", "--break", "Reading week", first, last],
        ["level", "publish", "--from", monday, *agreed, *past_run],
        ["course", "on", "--all"],
        *SCHOOL_STEPS,
        ["training", "record", first, *(word for number in trained_in(vle) for word in ("--staff-number", number))],
        ["sync"],
        *people_steps(vle),
        ["feed", "apply", "--yes", str(record)],
    ]
    command = [sys.executable, "-m", "tests.demo_vle.commands", json.dumps(steps)]
    done = subprocess.run(command, cwd=ROOT, env=environment, input=vle.token, text=True, check=False)
    if done.returncode:
        raise DemoFailed("What failed stands above.")
    begin_casework(environment, vle, utc_now())


def trained_in(vle: DemoVle) -> list[str]:
    """Return the staff numbers of who teaches on the site or works with its learners: trained, they see names."""
    members = [pair for course in vle.world.courses.values() for pair in course.members.items()]
    teachers = {who for who, member in members if "student" not in member.roles}
    people = teachers | {vle.world.person(key).id for key in ("adviser", "faculty", *HOLDERS)}
    return sorted(vle.world.users[who].idnumber for who in people)


def write_record(vle: DemoVle, record: Path) -> None:
    """Write a student record of everybody: two home schools, each with a programme."""
    adviser = vle.world.person("adviser")
    lines = [",".join(RECORD)]
    for user in vle.world.users.values():
        if user.id >= FIRST_LEARNER_ID:
            school, programme, name = SCHOOLED[user.id % 2]
            advised = (adviser.idnumber, adviser.fullname) if user.id % 10 == RETURNING % 10 else ("", "")
            part_time = "yes" if user.id % 12 == 0 else "no"
            lines.append(f"{user.idnumber},{school},{programme},{name},120,{part_time},no,{','.join(advised)},active")
    record.write_text("\n".join(lines) + "\n", encoding="utf-8")


def people_steps(vle: DemoVle) -> list[list[str]]:
    """Return the commands that give each school a lead and switch it on, one an officer, and name faculty."""
    steps = []
    for key, (kind, school) in HOLDERS.items():
        who = vle.world.person(key)
        held = ["--name", who.fullname, "--staff-number", who.idnumber, "--school", school]
        steps.append(["relationship", "add", kind, *held])
    faculty = vle.world.person("faculty")
    steps.append(["relationship", "add", "faculty", "--name", faculty.fullname, "--staff-number", faculty.idnumber])
    return [*steps, ["school", "on", "SBBS"], ["school", "on", "MATH"]]


@contextmanager
def started(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run one part in the background, what it prints going to `log`, and end it afterwards."""
    with log.open("wb") as output:
        part = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield part
    finally:
        part.terminate()
        try:
            part.wait(10)
        except subprocess.TimeoutExpired:
            part.kill()
            part.wait()


def wait_for(address: str, part: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until `address` answers.

    Raises:
        DemoFailed: the part stopped, or said nothing for a minute.
    """
    until = time.monotonic() + START_SECONDS
    while part.poll() is None and time.monotonic() < until:
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 (our own loopback address)
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(READY_SECONDS)
    raise DemoFailed(f"Nothing answers at {address}. It said:\n{log.read_text()[-2000:]}")


def main() -> None:
    """Run the demo until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tests.demo_vle.demo", description=__doc__)
    parser.add_argument("--vle-port", type=int, default=8090)
    parser.add_argument("--tool-port", type=int, default=8100)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "demo")
    given = parser.parse_args()
    demo = Demo(given.folder.resolve(), given.vle_port, given.tool_port)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with running(demo):
            print(f"\n  Open {demo.vle_url}/ and choose who you are. Everybody there is invented.", flush=True)
            print("  Ctrl-C ends it.\n", flush=True)
            signal.pause()
    except KeyboardInterrupt:
        print("Stopped.")
    except DemoFailed as error:
        raise SystemExit(f"The demo did not start. {error}") from error


if __name__ == "__main__":
    main()
