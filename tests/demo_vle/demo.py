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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEA = str(Path(sys.executable).with_name("lea"))
START_SECONDS = 60


class DemoFailed(Exception):
    """The demo could not start; the message says why and what to do next."""


@dataclass(frozen=True, slots=True)
class Demo:
    """Where one running demo lives. The two hosts differ, so that the tool sits in a frame of another site."""

    folder: Path
    vle_port: int
    tool_port: int

    @property
    def vle_url(self) -> str:
        """The demo VLE's address."""
        return f"http://127.0.0.1:{self.vle_port}"

    @property
    def tool_url(self) -> str:
        """The tool's address."""
        return f"http://localhost:{self.tool_port}"

    def environment(self) -> dict[str, str]:
        """Return the settings of this demo's tool; the secret key is made anew for each demo's database."""
        return os.environ | {
            "LEA_SECRET_KEY": secrets.token_urlsafe(48),
            "LEA_PUBLIC_URL": self.tool_url,
            "LEA_DATABASE_URL": f"sqlite:///{self.folder / 'demo.sqlite3'}",
            "LEA_ALLOW_INSECURE_PLATFORMS": "1",
            "LEA_SYNC_MINUTES": "1",
            "LEA_LOG_LEVEL": "WARNING",
        }


@contextmanager
def running(demo: Demo) -> Iterator[None]:
    """Start the VLE, fill a new database from it, start tool and worker; stop all of them at the end.

    Raises:
        DemoFailed: a port is taken, or a part did not start.
    """
    for port in (demo.vle_port, demo.tool_port):
        check_port(port)
    shutil.rmtree(demo.folder, ignore_errors=True)
    demo.folder.mkdir(parents=True)
    environment = demo.environment()
    parts: list[subprocess.Popen[bytes]] = []
    try:
        parts.append(start_vle(demo))
        registration = json.loads(wait_for(f"{demo.vle_url}/demo/registration.json", parts[-1]))
        fill_database(demo, registration, environment)
        parts.append(start_part([LEA, "serve", "--port", str(demo.tool_port)], environment, demo.folder / "tool.log"))
        parts.append(start_part([LEA, "worker"], environment, demo.folder / "worker.log"))
        wait_for(f"{demo.tool_url}/healthz", parts[1])
        yield
    finally:
        for part in reversed(parts):
            part.send_signal(signal.SIGINT)
        for part in parts:
            stop(part)


def check_port(port: int) -> None:
    """Raise DemoFailed when something listens on `port` already."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise DemoFailed(
                f"Port {port} is taken. Nothing was started. Stop what listens there, or choose other ports."
            )


def start_vle(demo: Demo) -> subprocess.Popen[bytes]:
    """Start the demo VLE with a term that ends today."""
    command = ["-m", "tests.demo_vle", "--port", str(demo.vle_port), "--tool", demo.tool_url]
    return start_part([sys.executable, *command], dict(os.environ), demo.folder / "vle.log")


def start_part(command: Sequence[str], environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start one part in the background; what it prints goes to `log`."""
    with log.open("wb") as output:
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )


def fill_database(demo: Demo, registration: dict[str, object], environment: dict[str, str]) -> None:
    """Do what an admin does on the command line: upgrade, add the platform, switch its courses on, sync."""
    token = demo.folder / "moodle-token"
    token.write_text(str(registration.pop("moodle_token")))
    platform = demo.folder / "platform.json"
    platform.write_text(json.dumps(registration))
    steps = [
        ["db", "upgrade"],
        ["platform", "add", "--from", str(platform), "--token-file", str(token)],
        ["course", "on", "--all"],
        ["sync"],
    ]
    for step in steps:
        if subprocess.run([LEA, *step], cwd=ROOT, env=environment, check=False).returncode:
            raise DemoFailed(f"`lea {' '.join(step)}` failed; what it said stands above.")
    token.unlink()


def wait_for(address: str, part: subprocess.Popen[bytes]) -> bytes:
    """Return what `address` answers, once it does.

    Raises:
        DemoFailed: the part stopped, or said nothing for a minute.
    """
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if part.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 (our own loopback address)
                return bytes(answer.read())
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise DemoFailed(f"Nothing answers at {address}. See the .log files in the demo's folder.")


def stop(part: subprocess.Popen[bytes]) -> None:
    """Wait for a part to end, and end it when it does not."""
    try:
        part.wait(10)
    except subprocess.TimeoutExpired:
        part.kill()
        part.wait()


def main() -> None:
    """Run the demo until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vle-port", type=int, default=8090)
    parser.add_argument("--tool-port", type=int, default=8100)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "demo")
    given = parser.parse_args()
    demo = Demo(given.folder.resolve(), given.vle_port, given.tool_port)
    try:
        with running(demo):
            print(f"\n  Open {demo.vle_url}/ and choose who you are. Everybody there is invented.", flush=True)
            print("  Ctrl-C ends it.\n", flush=True)
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            signal.pause()
    except KeyboardInterrupt:
        print("Stopped.")
    except DemoFailed as error:
        raise SystemExit(f"The demo did not start. {error}") from error


if __name__ == "__main__":
    main()
