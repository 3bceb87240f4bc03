"""Owns keys: what may be one, that none stands twice, and that those named elsewhere are declared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from simulator.errors import DescriptionError

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def key_from(name: str) -> str:
    """The key that a name makes where none is given: lower case, hyphens between words."""
    return "-".join(re.findall(r"[a-z0-9]+", name.lower()))


def check_key(key: str, where: str) -> None:
    """Refuse a key that is not lower case letters, digits and single hyphens."""
    if not _KEY.fullmatch(key):
        raise DescriptionError(f"{where}: got the key {key!r}; allowed are lower case letters, digits and hyphens")


def check_unique(keys: Sequence[str], where: str) -> None:
    """Refuse a key that stands twice."""
    for key in keys:
        if keys.count(key) > 1:
            raise DescriptionError(f"{where}: the key {key!r} stands {keys.count(key)} times; allowed is once")


def check_known(keys: Iterable[str], known: Sequence[str], where: str) -> None:
    """Refuse keys or labels that nobody declared."""
    for key in keys:
        if key not in known:
            raise DescriptionError(f"{where}: got {key!r}; allowed are {', '.join(known) or '(none)'}")
