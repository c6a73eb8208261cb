"""What a check found, as a record: shown by `lea platform check` and on the administrator's page alike."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    name: str
    """What was looked at, in a few words."""
    is_good: bool | None
    """None: it could not be told, or it is only worth knowing."""
    text: str
    """What was found, in a sentence or two; no token, no person."""
    next_step: str = ""
    """What to do; empty where nothing is to be done."""


def has_failed(findings: tuple[Finding, ...]) -> bool:
    """Say whether something has to be mended. Empty: no."""
    return any(finding.is_good is False for finding in findings)
