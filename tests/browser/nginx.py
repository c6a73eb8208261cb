"""The real nginx with docs/examples/nginx.conf, on free ports of this machine and with a certificate of the tests."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.certificates import Certificate
from tests.demo_vle.demo import started

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "nginx.conf"
EXECUTABLE = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
HOST = "engagement.example.ac.uk"
MAIN = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/start.log;
events {{ worker_connections 200; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/example.conf;
}}
"""


@dataclass(frozen=True, slots=True)
class Nginx:
    """A running nginx; its logs lie in `folder`."""

    folder: Path
    https_port: int
    http_port: int

    def logs(self) -> str:
        """Return all that it logged."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))


def require_nginx() -> str:
    """Return the program; without it the test says so, or fails where LEA_REQUIRE_NGINX is set."""
    if EXECUTABLE is not None:
        return EXECUTABLE
    reason = "nginx is not installed on this machine (Debian: apt-get install nginx-light)"
    if os.environ.get("LEA_REQUIRE_NGINX"):
        pytest.fail(reason)
    pytest.skip(reason)


def example_for(folder: Path, certificate: Certificate, ports: tuple[int, int, int], host: str) -> str:
    """Return the example with its addresses and files replaced; `ports` are https, http and the tool's."""
    https, http, tool = ports
    text = re.sub(r"\n *listen \[::\]:.*", "", EXAMPLE.read_text())
    replaced = {
        "listen 443": f"listen 127.0.0.1:{https}",
        "listen 80": f"listen 127.0.0.1:{http}",
        "127.0.0.1:8100": f"127.0.0.1:{tool}",
        "/etc/ssl/engagement/fullchain.pem": str(certificate.certificate),
        "/etc/ssl/engagement/privkey.pem": str(certificate.key),
        "/var/log/nginx/": f"{folder}/",
        HOST: host,
    }
    for old, new in replaced.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@contextmanager
def proxying(folder: Path, certificate: Certificate, ports: tuple[int, int, int], host: str = HOST) -> Iterator[Nginx]:
    """Run nginx in front of the tool's port until the caller is done."""
    program = require_nginx()
    folder.mkdir()
    (folder / "example.conf").write_text(example_for(folder, certificate, ports, host))
    (folder / "main.conf").write_text(MAIN.format(folder=folder))
    command = [program, "-p", str(folder), "-c", str(folder / "main.conf"), "-e", str(folder / "start.log")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    with started(command, os.environ, folder / "out.log"):
        yield Nginx(folder, ports[0], ports[1])
