"""The installed tool: what a wheel carries beside the code."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bridge.plugin_zip import build_plugin_archive

ROOT = Path(__file__).parents[1]
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "var", "tests", "*.sqlite3*")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's content, as an installation has it in site-packages."""
    folder = tmp_path_factory.mktemp("wheel")
    # Setuptools writes into the folder it builds from.
    shutil.copytree(ROOT, folder / "source", ignore=LEFT_OUT)
    words = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder)]
    subprocess.run([sys.executable, *words, str(folder / "source")], check=True, capture_output=True, text=True)
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def test_an_installed_tool_packs_the_same_plugin(installed: Path, tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(installed)!r}); from bridge import plugin_zip as made; "
        "assert made.__file__.startswith(sys.path[0]); sys.stdout.buffer.write(made.build_plugin_archive().content)"
    )
    # Outside the project and isolated, so that nothing of it is found by chance.
    ran = subprocess.run([sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, check=True)
    assert ran.stdout == build_plugin_archive().content


def test_templates_and_migrations_come_with_it(installed: Path) -> None:
    for folder in ("lti/templates", "lti/static", "migrations/versions"):
        names = {path.name for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix != ".pyc"}
        assert names <= {path.name for path in (installed / folder).rglob("*")}
