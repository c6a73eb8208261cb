"""The plugin's archive: what Moodle's own validator looks at, and the same bytes each time."""

import io
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from bridge.plugin_zip import PLUGIN_FOLDER, PluginFilesMissing, build_plugin_archive, read_plugin_version


def entries_of(content: bytes) -> list[zipfile.ZipInfo]:
    return zipfile.ZipFile(io.BytesIO(content)).infolist()


def test_two_copies_made_at_different_times_and_with_other_rights_give_the_same_bytes(tmp_path: Path) -> None:
    copy = tmp_path / "somewhere" / "else"
    shutil.copytree(PLUGIN_FOLDER, copy)
    for path in copy.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o700)

    assert build_plugin_archive(copy).content == build_plugin_archive().content


def test_everything_lies_in_the_one_folder_that_moodle_names_the_plugin_by() -> None:
    names = [entry.filename for entry in entries_of(build_plugin_archive().content)]
    assert names[0] == "lea/"
    assert all(name.startswith("lea/") for name in names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ["lea/version.php", "lea/lang/en/", "lea/lang/en/local_lea.php", "lea/db/access.php"])
def test_what_moodles_validator_asks_for_has_its_own_entry(name: str) -> None:
    assert name in [entry.filename for entry in entries_of(build_plugin_archive().content)]


def test_every_file_of_the_plugin_is_in_it_unchanged() -> None:
    archive = zipfile.ZipFile(io.BytesIO(build_plugin_archive().content))
    packed = {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
    files = {path for path in PLUGIN_FOLDER.rglob("*") if path.is_file() and not path.name.startswith(".")}
    assert packed == {f"lea/{path.relative_to(PLUGIN_FOLDER).as_posix()}": path.read_bytes() for path in files}


def test_hidden_files_stay_out(tmp_path: Path) -> None:
    copy = tmp_path / "plugin"
    shutil.copytree(PLUGIN_FOLDER, copy)
    (copy / ".git").mkdir()
    (copy / ".git" / "config").write_text("secret")
    (copy / "lang" / ".DS_Store").write_text("x")
    assert build_plugin_archive(copy).content == build_plugin_archive().content


def test_the_name_carries_the_release() -> None:
    made = build_plugin_archive()
    assert (made.version, made.release) == read_plugin_version()
    assert made.file_name == f"local_lea-{made.release}.zip"


@pytest.mark.parametrize("source", [None, "<?php\n$plugin->version = 2026112200;\n"])
def test_an_incomplete_installation_says_what_is_missing(tmp_path: Path, source: str | None) -> None:
    if source is not None:
        (tmp_path / "version.php").write_text(source)
    with pytest.raises(PluginFilesMissing, match="Nothing was written"):
        build_plugin_archive(tmp_path)
