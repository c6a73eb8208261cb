"""The house keeps its shape: imports, sizes, and settings that are documented."""

import ast
import re
from pathlib import Path

import pytest

from bridge.config import NAMES

ROOT = Path(__file__).parents[1]
PACKAGES = ("analytics", "bridge", "lti")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def imported_names(tree: ast.AST) -> set[str]:
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_package_imports_the_entry_point(path: Path) -> None:
    assert "wsgi" not in imported_names(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_has_at_most_300_lines_and_says_what_it_is_for(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) <= 300
    assert not source.strip() or ast.get_docstring(ast.parse(source))


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_function_has_at_most_40_lines(path: Path) -> None:
    tree = ast.parse(path.read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    too_long = {f.name: f.end_lineno - f.lineno for f in functions if f.end_lineno and f.end_lineno - f.lineno > 40}
    assert too_long == {}


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_every_public_function_and_class_has_a_docstring(path: Path) -> None:
    body = ast.parse(path.read_text()).body
    public = [n for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef) and not n.name.startswith("_")]
    assert [node.name for node in public if not ast.get_docstring(node)] == []


def test_every_setting_is_in_the_example_and_nothing_else_is() -> None:
    example = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^(LEA_\w+)=", example, re.MULTILINE)) == NAMES


OUTGOING = {"fetch_document", "send_request", "MoodleClient", "KeyCache", "ServiceCaller", "send_mail"}
SPEAKS_ABROAD = {
    "bridge/egress.py",
    "bridge/mail.py",
    "bridge/moodle/client.py",
    "bridge/moodle/transport.py",
    "lti/doctor.py",
    "lti/launch/fetching.py",
}


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_every_outgoing_call_names_its_way_out(path: Path) -> None:
    tree = ast.parse(path.read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") in OUTGOING]
    assert [call.lineno for call in calls if "egress" not in {keyword.arg for keyword in call.keywords}] == []
    outside = {"requests", "requests.sessions", "urllib3", "urllib.request", "http.client", "smtplib"}
    libraries = imported_names(tree) & outside
    assert not libraries or named(path) in SPEAKS_ABROAD
