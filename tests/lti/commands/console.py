"""A terminal in which `lea` runs against a demo VLE."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from lti.cli import main
from tests.demo_vle.platform import DemoVle


class Console:
    """A terminal in which `lea` runs with its settings."""

    def __init__(self, vle: DemoVle, folder: Path, database_url: str) -> None:
        self.vle = vle
        self.platform_file = folder / "moodle.json"
        self.platform_file.write_text(json.dumps({**vle.registration(), "name": "Test Moodle"}))
        self.settings = {
            "LEA_SECRET_KEY": "k" * 40,
            "LEA_PUBLIC_URL": "http://localhost:8100",
            "LEA_DATABASE_URL": database_url,
            "LEA_ALLOW_INSECURE_PLATFORMS": "1",
            "LEA_LOG_LEVEL": "ERROR",
            "COLUMNS": "200",
        }

    def lea(self, *words: str, typed: str = "", **settings: str) -> Result:
        """Run one command."""
        return CliRunner(env={**self.settings, **settings}).invoke(main, words, input=typed, terminal_width=200)

    def add_platform(self) -> Result:
        """Add the VLE as a platform, the token through standard input."""
        return self.lea("platform", "add", "--from", str(self.platform_file), "--token-file", "-", typed=self.vle.token)

    def publish_level(self) -> Result:
        """Publish the draft that the platform came with, for a term that is under way."""
        agreed = ("--agreed-by", "The test's school", "--agreed-on", "2026-09-01", "--by", "The test")
        return self.lea("level", "publish", "--from", "2026-08-31", *agreed, "--past-run", "The term is on.", "--yes")
