"""Serve the demo VLE by itself: `python -m tests.demo_vle --port 8090 --tool http://localhost:8100`."""

import argparse
import signal
import threading

from tests.demo_vle.living import Life
from tests.demo_vle.platform import DemoVle
from tests.demo_vle.server import NotLoopback
from tests.demo_vle.site import utc_now
from tests.demo_vle.worlds.model import World
from tests.demo_vle.worlds.recorded import recorded
from tests.demo_vle.worlds.stretched import stretched
from tests.demo_vle.worlds.term import term
from tests.demo_vle.worlds.term_dates import ZONE


def make_world(name: str) -> World:
    """Build a world by its name; the term goes up to this moment."""
    now = utc_now()
    if name == "term":
        return term(now.astimezone(ZONE).date(), until=now)
    return recorded() if name == "recorded" else stretched()


def make_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.demo_vle", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address; others are refused")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--tool", default="http://localhost:8100", help="address of the tool that is launched")
    parser.add_argument("--world", choices=("term", "recorded", "stretched"), default="term")
    parser.add_argument("--still", action="store_true", help="nothing new happens while it runs")
    return parser


def main() -> None:
    """Serve until interrupted."""
    parser = make_parser()
    given = parser.parse_args()
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    try:
        vle = DemoVle(make_world(given.world), port=given.port, host=given.host, tool_url=given.tool)
    except (NotLoopback, OSError) as error:
        parser.error(f"the demo VLE cannot listen on {given.host}:{given.port}. {error}")
    with vle:
        if not given.still:
            Life(vle.site).start()
        print(f"Demo VLE: {vle.url}/ (invented people and courses; choose who you are there)", flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()
