"""What one plain e-mail address is; apart from `bridge.mail`, so that the store need not know how mail is sent."""

import re

ADDRESS = re.compile(r"[^@\s,;:<>()\[\]\\\"]{1,64}@[A-Za-z0-9.-]{1,253}\.[A-Za-z0-9-]{2,63}")
"""One plain address; what is rarer is copied by hand."""
ENCODED = "=?"
"""Begins an encoded word (RFC 2047), which Python reads in a header that it is given, line ends and all."""


def is_address(text: str) -> bool:
    """Say whether a text is one plain e-mail address and nothing else."""
    return ADDRESS.fullmatch(text) is not None and text.isprintable() and ENCODED not in text
