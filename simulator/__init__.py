"""ENGINE 1: a described programme of work in, many possible futures out; labelled, seeded, in memory.

Describe a `System`, commit money in a plan over (option, programme, year), and `simulate` it. `layer` and
`net_present_value` read what came of it, `statistics` says how sure that is, and `planned_load` whether the plan's
people can carry it. Money is £k, time is quarters of 13 weeks, durations are stated in weeks. The equations are
numbered in docs/model.md.
"""

from simulator import sensitivity, statistics
from simulator.bottleneck import bottleneck
from simulator.correlation import CommonFactor, CorrelationGroup, CorrelationMatrix
from simulator.discounting import Discounting
from simulator.docket import Engine
from simulator.drawdown import interest, year_end_spend
from simulator.errors import (
    CorrelationError,
    DescriptionError,
    EstimateError,
    PlanError,
    RunError,
    SimulatorError,
    StatisticsError,
)
from simulator.estimate import (
    Certain,
    Estimate,
    Event,
    Lognormal,
    LognormalBetween,
    Normal,
    NormalBetween,
    Pert,
    Triangular,
    between,
    spread,
)
from simulator.futures import simulate
from simulator.how import How
from simulator.layers import Kind, Layer, layer, net_present_value
from simulator.load import planned_load
from simulator.money import Line, Money, Promise
from simulator.overlap import Overlap
from simulator.returns import DecliningReturns
from simulator.risk import Risk
from simulator.sampling import BLOCK, blocks_for
from simulator.shelf import Layout, Memory, Shelf
from simulator.system import (
    Additionality,
    Benefits,
    Delivery,
    Programme,
    Reliability,
    Resource,
    Stage,
    System,
    Undrawn,
)
from simulator.under_way import UnderWay

__all__ = [
    "BLOCK",
    "Additionality",
    "Benefits",
    "Certain",
    "CommonFactor",
    "CorrelationError",
    "CorrelationGroup",
    "CorrelationMatrix",
    "DecliningReturns",
    "Delivery",
    "DescriptionError",
    "Discounting",
    "Engine",
    "Estimate",
    "EstimateError",
    "Event",
    "How",
    "Kind",
    "Layer",
    "Layout",
    "Line",
    "Lognormal",
    "LognormalBetween",
    "Memory",
    "Money",
    "Normal",
    "NormalBetween",
    "Overlap",
    "Pert",
    "PlanError",
    "Programme",
    "Promise",
    "Reliability",
    "Resource",
    "Risk",
    "RunError",
    "Shelf",
    "SimulatorError",
    "Stage",
    "StatisticsError",
    "System",
    "Triangular",
    "UnderWay",
    "Undrawn",
    "between",
    "blocks_for",
    "bottleneck",
    "interest",
    "layer",
    "net_present_value",
    "planned_load",
    "sensitivity",
    "simulate",
    "spread",
    "statistics",
    "year_end_spend",
]
