"""How long work says where it is: a call with words and the share done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[str, float], None]


def silent(what: str, done: float) -> None:
    """Progress that nobody hears."""
    del what, done
