"""`lea school services`: the part of the directory of services that is for everybody, from a CSV file."""

import csv
import io
from pathlib import Path

import click

from bridge.store.database import writing
from bridge.store.support_services import Service, replace_institution_services
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import choose_platform, platform_option
from lti.panels.messages.words import clean_lines
from lti.panels.words import clean

COLUMNS = ("need", "name", "how", "url")
MAX_BYTES = 1_000_000


@click.command("services")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@platform_option
@pass_runtime
@says_what_went_wrong
def load_directory(runtime: Runtime, path: Path, platform: str | None) -> None:
    """Put FILE in place of the services that are for everybody: a CSV with the columns need, name, how, url.

    What schools keep on their own pages stays. A file with a wrong row changes nothing.
    """
    chosen = choose_platform(runtime, platform)
    services = read_services(path)
    with writing(runtime.sessions) as db:
        replace_institution_services(db, chosen.platform_id, services)
    runtime.console.print(f"Kept for everybody: {len(services):,}. Learners and staff read them from now on.")


def read_services(path: Path) -> tuple[Service, ...]:
    """Return the services of a CSV file in UTF-8, in its order. Empty: it has a header and no row.

    Raises:
        click.ClickException: it is no such file, is too long, or lacks a column; what is missing is named.
    """
    with path.open("rb") as file:
        read = file.read(MAX_BYTES + 1)
    if len(read) > MAX_BYTES:
        raise click.ClickException(f"The file is longer than {MAX_BYTES:,} bytes. Nothing was changed.")
    try:
        reader = csv.DictReader(io.StringIO(read.decode("utf-8-sig"), newline=""), strict=True)
        rows, header = list(reader), reader.fieldnames or ()
    except (UnicodeDecodeError, csv.Error) as error:
        raise click.ClickException(f"The file is no CSV in UTF-8 ({error}). Nothing was changed.") from error
    if sorted(header) != sorted(COLUMNS):
        raise click.ClickException(f"The columns have to be {', '.join(COLUMNS)}. Nothing was changed.")
    return tuple(_read_row(row) for row in rows)


def _read_row(row: dict[str, str | None]) -> Service:
    need, name, how, url = (row.get(column) or "" for column in COLUMNS)
    return Service(clean(need) if need.strip() else "", clean(name) if name.strip() else "", clean_lines(how), url)
