"""Check the Moodle plugin with plain PHP: syntax, each test of run.php under its own name, and that its parts agree."""

import os
import re
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

TESTS = Path(__file__).parent
PLUGIN = TESTS.parents[1] / "moodle_plugin_stub" / "local_lea"
PHP = shutil.which("php")
RESULT = re.compile(r"^(?P<verdict>ok|not ok) - (?P<name>.*?)(?: # (?P<reason>.*))?$")

needs_php = pytest.mark.skipif(
    PHP is None and os.environ.get("LEA_REQUIRE_PHP") != "1",
    reason="PHP is not installed here: the Moodle plugin is not tested (LEA_REQUIRE_PHP=1 makes this a failure)",
)


def php(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run PHP and return what it said; fail the test when there is no PHP."""
    if PHP is None:
        pytest.fail("LEA_REQUIRE_PHP=1 is set, but there is no php on the PATH")
    return subprocess.run([PHP, *arguments], capture_output=True, text=True, timeout=120, check=False)


@lru_cache(maxsize=1)
def php_tests() -> subprocess.CompletedProcess[str]:
    """Run all PHP tests once."""
    return php("-d", "display_errors=stderr", str(TESTS / "run.php"))


@lru_cache(maxsize=1)
def php_results() -> dict[str, str | None]:
    """Return each PHP test's name with the reason of its failure, None where it passed; empty without PHP."""
    if PHP is None:
        return {}
    found = (RESULT.match(line) for line in php_tests().stdout.splitlines())
    return {match["name"]: None if match["verdict"] == "ok" else match["reason"] or "?" for match in found if match}


def plugin_files(suffix: str) -> list[Path]:
    """Return the plugin's files of one kind, in order."""
    return sorted(PLUGIN.rglob(f"*{suffix}"))


def plugin_text(name: str) -> str:
    """Return the text of one of the plugin's files."""
    return (PLUGIN / name).read_text(encoding="utf-8")


@needs_php
@pytest.mark.parametrize("path", [*plugin_files(".php"), *sorted(TESTS.glob("*.php"))], ids=lambda path: path.name)
def test_php_accepts_the_file(path: Path) -> None:
    answer = php("-d", "display_errors=stderr", "-l", str(path))
    assert answer.returncode == 0, answer.stdout + answer.stderr


@needs_php
def test_the_php_tests_run_to_their_end() -> None:
    answer = php_tests()
    assert f"ran {len(php_results())} tests, " in answer.stdout, answer.stdout + answer.stderr
    assert len(php_results()) > 0
    assert answer.stderr == ""


@needs_php
@pytest.mark.parametrize("name", php_results())
def test_php(name: str) -> None:
    reason = php_results()[name]
    assert reason is None, f"{name}: {reason}"


@needs_php
def test_the_php_runner_exits_non_zero_when_a_test_fails(tmp_path: Path) -> None:
    shutil.copy(TESTS / "run.php", tmp_path)
    (tmp_path / "one_test.php").write_text(
        "<?php it('is wrong', fn() => same(1, 2)); it('is right', fn() => same(1, 1));"
    )
    answer = php(str(tmp_path / "run.php"))
    assert answer.returncode == 1
    assert "not ok - is wrong # expected 1, got 2" in answer.stdout
    assert "ok - is right" in answer.stdout


def test_classes_of_the_local_namespace_need_nothing_of_moodle() -> None:
    moodle = re.compile(r"\$DB|\$CFG|\$USER|global \$|MOODLE_INTERNAL|require|get_string|\\core|core_external")
    for path in sorted((PLUGIN / "classes" / "local").glob("*.php")):
        code = re.sub(r"/\*.*?\*/|//[^\n]*|'[^'\n]*'", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert moodle.search(code) is None, path.name


def test_every_file_carries_the_licence() -> None:
    for path in plugin_files(".php"):
        text = path.read_text(encoding="utf-8")
        assert "GNU General Public License" in text, path.name
        assert "@package    local_lea" in text, path.name
        assert "GNU GPL v3 or later" in text, path.name


def test_every_function_of_the_service_has_its_class_and_checks_its_capability() -> None:
    services = plugin_text("db/services.php")
    declared = re.findall(r"'local_lea_(\w+)' => \[\s*'classname' => \\local_lea\\external\\(\w+)::class,", services)
    classes = {path.stem for path in (PLUGIN / "classes" / "external").glob("*.php")}
    assert {name for name, _ in declared} == {class_name for _, class_name in declared} == classes
    for name in classes:
        capability = re.search(rf"external\\{name}::class.*?'capabilities' => '([^']+)'", services, re.DOTALL)
        assert capability is not None
        body = plugin_text(f"classes/external/{name}.php")
        steps = ["self::validate_parameters(", "self::validate_context(", f"require_capability('{capability[1]}'"]
        positions = [body.find(step) for step in steps]
        assert -1 not in positions, name
        assert positions == sorted(positions), f"{name}: parameters, context, capability, in this order"


def test_contact_details_need_a_capability_of_their_own_that_no_role_gets_by_itself() -> None:
    needing = {
        path.stem
        for path in (PLUGIN / "classes" / "external").glob("*.php")
        if "'local/lea:viewcontact'" in path.read_text(encoding="utf-8")
    }
    assert needing == {"get_contact"}
    defined = re.search(r"'local/lea:viewcontact' => \[(.*?)\n    \]", plugin_text("db/access.php"), re.DOTALL)
    assert defined is not None
    assert "'archetypes' => []" in defined[1]
    assert "clonepermissionsfrom" not in defined[1]


def test_each_string_is_said_once() -> None:
    names = re.findall(r"^\$string\['([^']+)'\]", plugin_text("lang/en/local_lea.php"), re.MULTILINE)
    assert len(names) == len(set(names))


def read_strings(language: str) -> dict[str, str]:
    found = re.findall(
        r"^\$string\['([^']+)'\] = '(.*)';$", plugin_text(f"lang/{language}/local_lea.php"), re.MULTILINE
    )
    return dict(found)


def test_welsh_says_what_learners_and_teachers_read_with_the_same_places() -> None:
    english, welsh = read_strings("en"), read_strings("cy")
    for_people = {name for name in english if name.startswith("privacy:")} | {
        *("engagement", "myengagement", "frametitle", "coursenotswitchedon", "notswitchedon", "notready"),
        *("nocourse", "loginasrefused", "startpage", "startnotready", "pluginname"),
    }

    assert set(welsh) == for_people
    assert list(welsh) == sorted(welsh)
    for name, said in welsh.items():
        assert said != english[name]
        assert re.findall(r"\{\$a[^}]*\}", said) == re.findall(r"\{\$a[^}]*\}", english[name])


def test_every_string_that_is_asked_for_exists_and_every_one_that_exists_is_asked_for() -> None:
    strings = set(re.findall(r"^\$string\['([^']+)'\]", plugin_text("lang/en/local_lea.php"), re.MULTILINE))
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in plugin_files(".php")
        if "lang" not in path.relative_to(PLUGIN).parts
    )
    asked = set(re.findall(r"(?:get_string|lang_string|moodle_exception)\(\s*'([^']+)',\s*'local_lea'", code))
    templates = "\n".join(path.read_text(encoding="utf-8") for path in plugin_files(".mustache"))
    asked |= set(re.findall(r"\{\{#str\}\}\s*(\w+), local_lea\s*\{\{/str\}\}", templates))
    asked |= set(re.findall(r"'(privacy:metadata:[\w:]*\w)'", code))
    fields = re.search(r"\$fields = \[(.*?)\]", plugin_text("classes/privacy/provider.php"), re.DOTALL)
    assert fields is not None
    asked |= {f"privacy:metadata:lea_service:{field}" for field in re.findall(r"'(\w+)'", fields[1])}
    asked |= {
        name.replace("local/", "") for name in re.findall(r"'(local/lea:\w+)' => \[", plugin_text("db/access.php"))
    }
    asked |= {
        f"cachedef_{name}" for name in re.findall(r"^    '(\w+)' => \[", plugin_text("db/caches.php"), re.MULTILINE)
    }
    asked.add("pluginname")
    assert asked == strings


def test_each_capability_is_defined_once() -> None:
    names = re.findall(r"^    '([a-z/:]+)' => \[", plugin_text("db/access.php"), flags=re.MULTILINE)
    assert names
    assert len(names) == len(set(names))


def test_every_capability_that_is_checked_is_defined() -> None:
    defined = set(re.findall(r"'(local/lea:\w+)' => \[", plugin_text("db/access.php")))
    checked = {name for path in plugin_files(".php") for name in re.findall(r"'(local/lea:\w+)'", path.read_text())}
    assert checked == defined


def tables() -> dict[str, list[str]]:
    """Return the fields of each table that a new installation gets."""
    root = ElementTree.fromstring(plugin_text("db/install.xml"))  # noqa: S314 — our own file
    return {
        table.attrib["NAME"]: [field.attrib["NAME"] for field in table.iter("FIELD")] for table in root.iter("TABLE")
    }


def test_the_tables_are_well_formed_and_hold_ids_and_times_only() -> None:
    assert tables() == {
        "local_lea_deletion": ["id", "kind", "objectid", "courseid", "timecreated"],
        "local_lea_course": ["id", "courseid", "switchedon", "cmid", "made", "problem", "timemodified"],
    }


def test_an_upgrade_makes_the_same_table_as_a_new_installation() -> None:
    upgrade = plugin_text("db/upgrade.php")
    version = re.search(r"\$plugin->version = (\d+)", plugin_text("version.php"))
    assert version is not None
    assert re.findall(r"add_field\('(\w+)'", upgrade) == tables()["local_lea_course"]
    assert "add_index('courseid', XMLDB_INDEX_UNIQUE, ['courseid'])" in upgrade
    assert f"upgrade_plugin_savepoint(true, {version[1]}, 'local', 'lea')" in upgrade


def test_only_what_a_launch_and_the_courses_page_need_is_said_of_a_course_that_is_not_switched_on() -> None:
    refusing = {"get_roster", "get_activities", "get_tasks", "get_attendance", "get_contact"}
    filtering = {"get_log_events", "get_log_counts"}
    for path in (PLUGIN / "classes" / "external").glob("*.php"):
        body = path.read_text(encoding="utf-8")
        assert ("switched_courses::require_on($courseid)" in body) == (path.stem in refusing), path.stem
        assert ("switched_courses::among(id_list::parse($courseids))" in body) == (path.stem in filtering), path.stem


def test_pages_make_nothing() -> None:
    making = re.compile(r"\b(?:provisioner|provisioning|provision_course|add_moduleinfo|queue_adhoc_task)\b")
    pages = [path for path in PLUGIN.glob("*.php") if path.name not in {"version.php", "settings.php"}]
    pages += [PLUGIN / "classes" / f"{name}.php" for name in ("engagement_page", "hook_callbacks", "tool_activities")]
    assert len(pages) > 4
    assert [path.name for path in pages if making.search(path.read_text(encoding="utf-8"))] == []


def test_the_plugin_and_the_project_have_the_same_release() -> None:
    project = (PLUGIN.parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    release = re.search(r"\$plugin->release = '([^']+)'", plugin_text("version.php"))
    assert release is not None
    assert f'version = "{release[1]}"' in project
