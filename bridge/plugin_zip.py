"""The Moodle plugin as the archive that Moodle's "Install plugins" page takes; the same bytes wherever it is made.

Source: core\\update\\validator (one top folder named as the plugin, `version.php`, an entry for the folder `lang/en`).
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import BridgeError

PLUGIN_FOLDER = Path(__file__).parents[1] / "moodle_plugin_stub" / "local_lea"
"""Beside this package in a copy of the project and in an installed wheel alike."""
TOP_FOLDER = "lea"
"""What Moodle calls the folder: the component local_lea without its type."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)
FILE_MODE, FOLDER_MODE = 0o100644, 0o040755
UNIX = 3
FOLDER_ATTRIBUTE = 0x10
VERSION_LINE = re.compile(r"^\$plugin->version\s*=\s*(\d{10});", re.MULTILINE)
RELEASE_LINE = re.compile(r"^\$plugin->release\s*=\s*'([^']+)';", re.MULTILINE)


class PluginFilesMissing(BridgeError):
    """The plugin's files are not where this installation should hold them."""

    code = "plugin-files-missing"
    next_step = "Nothing was written. Install this tool again from its wheel or from a complete copy of its folder."


@dataclass(frozen=True, slots=True)
class PluginArchive:
    """The plugin that belongs to this version of the tool."""

    version: int
    release: str
    file_name: str
    content: bytes


def build_plugin_archive(folder: Path = PLUGIN_FOLDER) -> PluginArchive:
    """Return the plugin in `folder` as an archive; hidden files are left out.

    Nothing in it depends on the machine, the clock or the order in which the file system names files.

    Raises:
        PluginFilesMissing: the folder is not there, or its version.php is not the plugin's.
    """
    version, release = read_plugin_version(folder)
    buffer = io.BytesIO()
    # Stored, not deflated: what deflate makes differs between versions of zlib.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in _find_paths(folder):
            _add(archive, folder, path)
    return PluginArchive(version, release, f"local_lea-{release}.zip", buffer.getvalue())


def read_plugin_version(folder: Path = PLUGIN_FOLDER) -> tuple[int, str]:
    """Return version and release of the plugin in `folder`, such as (2026112200, "0.2.0").

    Raises:
        PluginFilesMissing: the folder is not there, or its version.php is not the plugin's.
    """
    try:
        source = (folder / "version.php").read_text("utf-8")
    except OSError as error:
        raise _missing(f"version.php cannot be read ({type(error).__name__})") from error
    version, release = VERSION_LINE.search(source), RELEASE_LINE.search(source)
    if version is None or release is None:
        raise _missing("version.php names no version")
    return int(version.group(1)), release.group(1)


def _find_paths(folder: Path) -> Iterator[Path]:
    """Give the folder itself and all that is in it, each folder before what it holds, by name."""
    yield folder
    for path in sorted(folder.iterdir(), key=lambda found: found.name):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _find_paths(path)
        else:
            yield path


def _add(archive: zipfile.ZipFile, folder: Path, path: Path) -> None:
    name = "/".join((TOP_FOLDER, *path.relative_to(folder).parts))
    is_folder = path.is_dir()
    entry = zipfile.ZipInfo(f"{name}/" if is_folder else name, LONG_AGO)
    entry.create_system = UNIX  # else it would differ on Windows
    entry.external_attr = (FOLDER_MODE << 16 | FOLDER_ATTRIBUTE) if is_folder else FILE_MODE << 16
    archive.writestr(entry, b"" if is_folder else path.read_bytes())


def _missing(what: str) -> PluginFilesMissing:
    return PluginFilesMissing(f"The Moodle plugin is not complete here: {what}. {PluginFilesMissing.next_step}")
