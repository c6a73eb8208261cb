"""`lea plugin`: the Moodle plugin that belongs to this version of the tool."""

from pathlib import Path

import click

from bridge.plugin_zip import build_plugin_archive
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong


@click.group("plugin")
def plugin() -> None:
    """Pack the Moodle plugin local_lea."""


@plugin.command("zip")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="File or folder to write to.  [default: local_lea-RELEASE.zip in this folder]",
)
@pass_runtime
@says_what_went_wrong
def zip_plugin(runtime: Runtime, output: Path | None) -> None:
    """Write the file that Moodle installs.

    Moodle takes it under Site administration > Plugins > Install plugins. The same version gives the same bytes,
    wherever and whenever it is packed. A file of that name is replaced.
    """
    archive = build_plugin_archive()
    path = output or Path()
    if path.is_dir():
        path /= archive.file_name
    try:
        path.write_bytes(archive.content)
    except OSError as error:
        raise click.ClickException(
            f"{path} could not be written ({error.strerror}). Choose another place with --output."
        ) from error
    runtime.console.print(
        f"{path}: local_lea {archive.release} ({archive.version}), {len(archive.content):,} bytes. "
        "Next, in Moodle: Site administration > Plugins > Install plugins, then /local/lea/connect.php",
        markup=False,
    )
