"""Owns indicators: figures that drift, are moved by support, and are measured with noise that lasts (M9, M10)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from simulator.bounds import check_count, check_number, check_order
from simulator.condition import AtValue, Reading
from simulator.delivered import Reach
from simulator.draws import Draws, in_path
from simulator.driver import Driver, check_drivers, draw_drivers, driver_path
from simulator.errors import DescriptionError
from simulator.estimate import Certain, Estimate, Floats, check_support
from simulator.followed import AnyNumbers, Followed, Question
from simulator.keys import check_key
from simulator.sampling import BLOCK


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure of each of `areas` areas (1: a figure of the region alone), in a unit of its own.

    start: its mean over areas when the first year begins; between: the standard deviation of areas around it, which
    lasts. drift: its change a year without the partnership, in the unit. noise: the standard deviation of each year's
    new disturbance, of which a share `shared` of the variance is common to all areas, and which the next year keeps the
    share `persistence` of; the noise is in its steady state from the start. floor and ceiling hold what is reported.
    """

    key: str
    name: str
    unit: str
    start: Estimate
    areas: int = 1
    between: Estimate = field(default=Certain(0.0))
    drift: Estimate = field(default=Certain(0.0))
    drivers: tuple[Driver, ...] = ()
    noise: Estimate = field(default=Certain(0.0))
    persistence: float = 0.0
    shared: float = 0.0
    floor: float = -math.inf
    ceiling: float = math.inf

    def __post_init__(self) -> None:
        where = f"indicator {self.key}"
        check_key(self.key, "an indicator")
        check_count(self.areas, f"{where}, areas", DescriptionError, low=1)
        for name in ("between", "noise"):
            check_support(getattr(self, name), f"{where}, {name}", low=0.0)
        check_number(self.persistence, f"{where}, persistence", DescriptionError, low=-0.999, high=0.999)
        check_number(self.shared, f"{where}, shared, a share", DescriptionError, low=0.0, high=1.0)
        check_order((self.floor, self.ceiling), "floor, ceiling", where, DescriptionError)
        check_support(self.start, f"{where}, start", low=self.floor, high=self.ceiling)
        check_drivers(self.drivers, where)

    @property
    def units(self) -> int:
        """How many areas there are."""
        return self.areas

    @property
    def parts(self) -> dict[str, int]:
        """Groups that a target may count among: none."""
        return {}

    @property
    def programmes(self) -> tuple[str, ...]:
        """The programmes that move it."""
        return tuple(driver.programme for driver in self.drivers)

    @property
    def variables(self) -> tuple[str, ...]:
        """What it reads of what was delivered."""
        return ("support",) if self.drivers else ()

    @property
    def inputs(self) -> dict[str, Estimate]:
        """The uncertain inputs, by path."""
        own = {"start": self.start, "between": self.between, "drift": self.drift, "noise": self.noise}
        found = {f"{self.path}/{name}": estimate for name, estimate in own.items()}
        for driver in self.drivers:
            found.update(driver.inputs(driver_path(self.key, driver)))
        return found

    @property
    def path(self) -> str:
        return f"measures/{self.key}"


def follow_indicator(indicator: Indicator, reach: Reach, questions: Sequence[Question], draws: Draws) -> Followed:
    """An indicator in one block: its mean over areas, and how many areas meet each question."""
    shape = (len(reach.runs), len(reach.years), BLOCK)
    value = np.empty(shape)
    counts: tuple[AnyNumbers, ...] = tuple(np.empty(shape, dtype=np.int16) for _ in questions)
    effect = _effect(indicator, reach, draws)
    undisturbed = list(_undisturbed(indicator, reach.years, draws))
    start = _held(indicator, undisturbed[0])
    for y, areas in enumerate(undisturbed[1:]):
        if indicator.areas == 1:
            values = _held(indicator, areas + effect[:, y, np.newaxis])
        else:
            values = _held(indicator, areas.astype(np.float32) + effect[:, y, np.newaxis].astype(np.float32))
        value[:, y] = values.mean(axis=1)
        for count, question in zip(counts, questions, strict=True):
            count[:, y] = _meets(question, values, start).sum(axis=1)
    return Followed(value, start.mean(axis=0), counts)


def _undisturbed(indicator: Indicator, years: Sequence[str], draws: Draws) -> list[Floats]:
    """Each area without support: at the start, then at each year's end, (areas, BLOCK) each (M9, M10)."""
    path = indicator.path
    area = draws.of(indicator.start, f"{path}/start", indicator.floor, indicator.ceiling) + (
        draws.of(indicator.between, f"{path}/between", low=0.0)
        * draws.normals_by_row(f"{path}/areas/between", indicator.areas)
    )
    drift = draws.of(indicator.drift, f"{path}/drift")
    new = draws.of(indicator.noise, f"{path}/noise", low=0.0)
    rho = indicator.persistence
    noise = new / math.sqrt(1.0 - rho**2) * _disturbance(indicator, "start", draws)
    values = [area + noise]
    for y, year in enumerate(years, 1):
        noise = rho * noise + new * _disturbance(indicator, year, draws)
        values.append(area + drift * y + noise)
    return values


def _disturbance(indicator: Indicator, year: str, draws: Draws) -> Floats:
    """Standard normals of every area, correlated by the share they have in common, (areas, BLOCK)."""
    if indicator.noise == Certain(0.0):
        return np.zeros((indicator.areas, BLOCK))
    path = f"{indicator.path}/disturbances/{in_path(year)}"
    common = draws.normals_by_row(f"{path}/common", 1)
    own = draws.normals_by_row(f"{path}/areas", indicator.areas)
    return math.sqrt(indicator.shared) * common + math.sqrt(1.0 - indicator.shared) * own


def _effect(indicator: Indicator, reach: Reach, draws: Draws) -> Floats:
    """What support has moved every area by at each year's end, (runs, years, BLOCK) (M2)."""
    total = np.zeros((len(reach.runs), len(reach.years), BLOCK))
    for driver in draw_drivers(indicator.drivers, indicator.key, draws):
        money = reach.support(driver.driver.programme)
        total += driver.reached(money * (driver.driver.share / indicator.areas))
    return total


def _held(indicator: Indicator, values: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    if math.isinf(indicator.floor) and math.isinf(indicator.ceiling):
        return values
    return values.clip(indicator.floor, indicator.ceiling)


def _meets(
    question: Question, values: npt.NDArray[np.floating], start: npt.NDArray[np.floating]
) -> npt.NDArray[np.bool_]:
    """Which areas meet the condition, (runs, areas, BLOCK)."""
    condition = question.condition
    if not isinstance(condition, AtValue):
        raise TypeError(f"a condition on an indicator: got {condition!r}; checked before")
    read = values
    if condition.of is Reading.CHANGE:
        read = values - start
    elif condition.of is Reading.RELATIVE_CHANGE:
        with np.errstate(divide="ignore", invalid="ignore"):
            read = (values - start) / np.abs(start)
    return (read >= condition.at_least) & (read <= condition.at_most)
