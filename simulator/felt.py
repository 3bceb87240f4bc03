"""Owns what the risk register does to one block of futures: which risks come to pass, and who then feels what (S25)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.estimate import Certain, Estimate, Floats
from simulator.inputs import drawn
from simulator.risk import Risk
from simulator.sampling import BLOCK, chances
from simulator.system import System


@dataclass(frozen=True, slots=True)
class Felt:
    """The effects of all risks together; effects by (programme key, funded year), (BLOCK,) each, absent where none.

    happened: 1 where a risk comes to pass, (risk, BLOCK). saves multiplies savings; delay, in weeks, is added to
    delivery; kept is the share of money that is not lost.
    """

    happened: Floats
    saves: dict[tuple[str, str], Floats]
    delay: dict[tuple[str, str], Floats]
    kept: dict[tuple[str, str], Floats]


def felt(system: System, seed: int, block: int) -> Felt:
    """What the register does in one block: several risks multiply what is saved and kept, and add up their delays."""
    found = Felt(np.zeros((len(system.risks), BLOCK)), {}, {}, {})
    by_key = sorted(range(len(system.risks)), key=lambda place: system.risks[place].key)
    for place in by_key:  # so that a file's order reaches no product's last bit
        risk = system.risks[place]
        happens = _happens(risk, seed, block)
        found.happened[place] = happens
        for estimate, name, neutral, effects in (
            (risk.saves, "saves", 1.0, found.saves),
            (risk.delay, "delay", 0.0, found.delay),
            (risk.funding, "funding", 1.0, found.kept),
        ):
            if estimate != Certain(neutral):
                effect = np.where(happens, _effect(risk, name, estimate, seed, block), neutral)
                for cell in ((programme, year) for programme in risk.programmes for year in risk.years):
                    before = effects.get(cell, neutral)
                    effects[cell] = before + effect if name == "delay" else before * effect
    return found


def _happens(risk: Risk, seed: int, block: int) -> npt.NDArray[np.bool_]:
    """Whether the risk comes to pass, (BLOCK,): one event in each draw."""
    probability = drawn(risk.probability, risk.input_path("probability"), seed, block, 0.0, 1.0)
    return np.asarray(chances(seed, risk.input_path("happens"), block) >= 1.0 - probability)


def _effect(risk: Risk, name: str, estimate: Estimate, seed: int, block: int) -> Floats:
    """How strong one effect would be, (BLOCK,), whether or not the risk comes to pass."""
    return drawn(estimate, risk.input_path(name), seed, block, 0.0, 1.0 if name == "funding" else np.inf)
