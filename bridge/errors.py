"""What can go wrong between the sources and the database.

BridgeError
├── SettingsError                 a LEA_… variable is missing or does not fit
├── PlatformFileError             the file that describes a platform does not fit
├── DatabaseNotReady              the database is behind or ahead of this code
├── LeaseLost                     another worker holds the lease
├── CursorMoved                   another run committed first; nothing of this one was
├── AlreadyRegistered             a platform's registration is there or waiting already
├── ClientIdTaken                 another platform has this client id here
├── NotYourPlatform               the registration would join a platform of other administrators
├── AddressesDiffer               a second registration of one platform names other addresses
├── NotPending                    no registration with this id waits for approval
├── SecretUnreadable              an encrypted value does not open with this LEA_SECRET_KEY
├── RecordBroken                  sealed or chained records are not as they were written
├── MarksUnknown                  marks of erasures that no user number gives
├── ReaderRefused                 a role cannot be given the views alone
├── ExportRefused                 a folder cannot take exported files
├── FactsMisplaced                the presence facts are not where LEA_FACTS_URL says
├── FactsNotMoved                 the presence facts could not be moved
├── FactsOfOthers                 facts have numbers that somebody new would get
├── TombstoneFileError            the file with the marks of erasures cannot be read or written
└── MoodleError                   Moodle did not give what was asked; see bridge/moodle/errors.py
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


class BridgeError(Exception):
    """The base of this package's errors. `code` is stable and may be shown; `next_step` says what to do."""

    code = "bridge-error"
    next_step = "See the message; nothing was changed."


class SettingsError(BridgeError):
    """A setting is missing or does not fit. `problems`: variable name → reasons. Values are never repeated."""

    code = "settings"
    next_step = "Set the named variables (.env.example explains each), load them into the environment, and start again."

    def __init__(self, problems: Mapping[str, Sequence[str]]) -> None:
        self.problems = {name: tuple(reasons) for name, reasons in problems.items()}
        listed = "; ".join(f"{name}: {_plain(reasons)}" for name, reasons in sorted(self.problems.items()))
        super().__init__(f"The settings do not fit. {listed.rstrip('.')}. {self.next_step}")


class PlatformFileError(BridgeError):
    """The file of `lea platform add --from` does not fit. `problems`: name in the file → reasons."""

    code = "platform-file"
    next_step = "Nothing was saved. Mend the named entries and add it again; README.md has an example."

    def __init__(self, file_name: str, problems: Mapping[str, Any]) -> None:
        self.file_name = file_name
        self.problems = dict(problems)
        listed = "; ".join(f"{name}: {_plain(reasons)}" for name, reasons in sorted(self.problems.items()))
        super().__init__(f"{file_name} does not fit. {listed}. {self.next_step}")


def _plain(reasons: Any) -> str:
    if isinstance(reasons, Mapping):
        return ", ".join(f"{name}: {_plain(inner)}" for name, inner in reasons.items())
    return " ".join(str(reason).rstrip(".") for reason in reasons)


class DatabaseNotReady(BridgeError):
    """The database's schema is not the one this code was written for."""

    code = "database-not-ready"
    next_step = "Run `lea db upgrade`, then start again."

    def __init__(self, found: str | None, wanted: str | None) -> None:
        self.found = found
        self.wanted = wanted
        super().__init__(f"The database is at version {found or 'none'}, this code needs {wanted}. {self.next_step}")


class LeaseLost(BridgeError):
    """Another worker holds the lease of a job."""

    code = "lease-lost"
    next_step = "Nothing to do: the other worker goes on."


class CursorMoved(BridgeError):
    """Another run moved the cursor first, so this batch was rolled back whole."""

    code = "cursor-moved"
    next_step = "Nothing to do: the next run starts from where the other one got to."


class AlreadyRegistered(BridgeError):
    """A registration with the same issuer and client id is there, or waits for approval, already."""

    code = "already-registered"
    next_step = "Nothing was changed. `lea platform list` shows what is there; refuse or remove it first."

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        super().__init__(f"This tool is registered with {issuer} under this client id already. {self.next_step}")


class ClientIdTaken(BridgeError):
    """Another platform has this client id here.

    What this tool signs for one platform then names the other, too, and Moodle looks at no audience.
    """

    code = "client-id-taken"
    next_step = (
        "Nothing was changed. `lea platform list` shows who has it; delete the tool in Moodle and register anew."
    )

    def __init__(self, client_id: str) -> None:
        self.client_id = client_id
        super().__init__(f"Another platform uses the client id {client_id} here already. {self.next_step}")


class NotYourPlatform(BridgeError):
    """An administrator approved a registration by which launches would open another platform's data."""

    code = "not-your-platform"
    next_step = "Nothing was changed. Who runs this tool decides: `lea platform approve`."

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        super().__init__(f"{issuer} is connected here under other administrators. {self.next_step}")


class AddressesDiffer(BridgeError):
    """A registration names other addresses than the ones by which its platform is registered: its keys, above all."""

    code = "addresses-differ"
    next_step = "Nothing was changed. Refuse it; if the addresses are right all the same, use `lea platform add`."

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        super().__init__(f"{issuer} is registered with other addresses here already. {self.next_step}")


class NotPending(BridgeError):
    """No registration with this id waits for approval."""

    code = "not-pending"
    next_step = "Nothing was changed. `lea platform list` shows what waits."

    def __init__(self, pending_id: int) -> None:
        self.pending_id = pending_id
        super().__init__(f"No registration with the id {pending_id} waits for approval. {self.next_step}")


class SecretUnreadable(BridgeError):
    """An encrypted value does not open with the present LEA_SECRET_KEY."""

    code = "secret-unreadable"
    next_step = (
        "Start with the LEA_SECRET_KEY it was saved with. If that is lost, save each token again (`lea platform "
        "connect`) and make a new signing key (`lea keys rotate`, then `lea keys retire` for the old one)."
    )


class RecordBroken(BridgeError):
    """Sealed access rows or steps of cases are not as they were written, so no new key may cover that."""

    code = "record-broken"
    next_step = (
        "Nothing was changed. If LEA_OLD_SECRET_KEY is the key that sealed them, keep the database as it is, run `lea "
        "audit verify` under that key, and tell the data-protection contact."
    )

    def __init__(self, fault: str) -> None:
        super().__init__(f"The records are not as they were sealed: {fault}. {self.next_step}")


class MarksUnknown(BridgeError):
    """Some marks of erasures could not be made anew: no user number gives them under either key."""

    code = "marks-unknown"
    next_step = (
        "Nothing was changed. If LEA_OLD_SECRET_KEY is right, give --highest-user: Moodle's largest user number "
        "(SELECT MAX(id) FROM mdl_user)."
    )

    def __init__(self, moodle_url: str, count: int, highest: int) -> None:
        super().__init__(
            f"{count:,} marks of erasures of {moodle_url} belong to no user number up to {highest:,}. {self.next_step}"
        )


class ReaderRefused(BridgeError):
    """A role of the database cannot be given the views and nothing else."""

    code = "reader-refused"
    next_step = "Nothing was changed; try again after that. docs/database.md says how a reader is made."

    def __init__(self, problem: str) -> None:
        super().__init__(f"{problem}. {self.next_step}")


class ExportRefused(BridgeError):
    """A folder cannot take exported files."""

    code = "export-refused"
    next_step = "The database is as it was. Name a new or empty folder with room enough, on a disk that can be written."

    def __init__(self, problem: str) -> None:
        super().__init__(f"{problem}. {self.next_step}")


class ArchiveRefused(BridgeError):
    """Files cannot be rebuilt from: they are no archive of Moodle's log."""

    code = "archive-refused"
    next_step = "Weeks before are stored; mend what the message says and run lea rebuild again."

    def __init__(self, problem: str) -> None:
        super().__init__(f"{problem}. {self.next_step}")


class RebuildOvertaken(BridgeError):
    """Another rebuild of the same platform is under way, or people and courses change faster than it ends."""

    code = "rebuild-overtaken"
    next_step = "What is stored is right. Let the other one end, or stop lea worker, then run lea rebuild again."

    def __init__(self, problem: str) -> None:
        super().__init__(f"{problem}. {self.next_step}")


class FactsMisplaced(BridgeError):
    """The presence facts are not where LEA_FACTS_URL says; without them every number would be wrong."""

    code = "facts-misplaced"
    next_step = (
        "Nothing was read or written. Set LEA_FACTS_URL as it was, or move the facts: `lea facts move` takes them to "
        "ClickHouse, `lea facts back` into the shared database."
    )


class FactsNotMoved(BridgeError):
    """The presence facts could not be moved; they stay where they were."""

    code = "facts-not-moved"
    next_step = "Nothing was lost. See that no `lea worker`, sync or import runs, and run the command again."


class FactsOfOthers(BridgeError):
    """The presence facts in ClickHouse have numbers that a person or course would get who is new here."""

    code = "facts-of-others"
    next_step = (
        "Nobody was taken in under such a number. The database was restored from a backup that is older than the facts:"
        " stop `lea serve` and `lea worker`, run `lea facts match`, and start them again."
    )


class TombstoneFileError(BridgeError):
    """The file that keeps the marks of erasures cannot be used, so erased people could come back unseen."""

    code = "tombstone-file"
    next_step = (
        "The database is as it was. Mend the file's rights or take it from a backup of that file (LEA_TOMBSTONE_FILE "
        "says where it is; a newer one holds everything that an older one does), then start again."
    )

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        super().__init__(f"The file of erasures {path} {problem}. {self.next_step}")
