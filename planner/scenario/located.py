"""A whole file that was read: what it holds, and the located text behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import PrivateAttr

from planner.scenario.estimates import Closed

if TYPE_CHECKING:
    from planner.scenario.document import Document


class Located(Closed):
    """What every kind of scenario file is: a closed map that knows the text it was read from."""

    _document: Document | None = PrivateAttr(None)

    @property
    def document(self) -> Document:
        """The located text this scenario was read from."""
        if self._document is None:
            raise LookupError("this scenario was not read from a file")
        return self._document
