"""The door of the application is true: sorted, every name there, nothing done at import."""

from __future__ import annotations

import pytest

import planner


def test_all_is_sorted_and_every_name_is_there() -> None:
    assert planner.__all__ == sorted(planner.__all__)
    for name in planner.__all__:
        assert getattr(planner, name) is not None


def test_an_unknown_name_is_refused_as_usual() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = planner.nothing  # type: ignore[attr-defined]
