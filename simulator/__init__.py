"""ENGINE 1: a described programme of work in, many possible futures out; labelled, seeded, in memory.

Describe a `System`, commit money in a plan over (option, programme, year), and `simulate` it. `layer` and
`net_present_value` read what came of it, `statistics` says how sure that is, and `planned_load` whether the plan's
people can carry it. `judge` follows measures of performance through what was delivered and says which targets are
met. Money is £k, time is quarters of 13 weeks, durations are stated in weeks. The equations are
numbered in docs/model.md.
"""

from simulator import sensitivity, statistics
from simulator.bottleneck import bottleneck
from simulator.condition import AtLevel, AtValue, Condition, OverTarget, Reading
from simulator.contribution import contributions
from simulator.correlation import CommonFactor, CorrelationGroup, CorrelationMatrix
from simulator.coverage import Coverage, Purchase
from simulator.delivered import nothing_delivered
from simulator.discounting import Discounting
from simulator.docket import Engine
from simulator.drawdown import interest, year_end_spend
from simulator.driver import Driver
from simulator.early_warning import early_warning
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
    Beta,
    Certain,
    Estimate,
    Event,
    Lognormal,
    LognormalBetween,
    Normal,
    NormalBetween,
    Pert,
    Tally,
    Triangular,
    between,
    spread,
)
from simulator.futures import simulate
from simulator.gains import AuthorityGroup, Counts, Savings
from simulator.how import How
from simulator.indicator import Indicator
from simulator.ladder import Bridge, Cohort, Ladder
from simulator.layers import Kind, Layer, layer, net_by_programme, net_present_value, share
from simulator.load import planned_load, weeks_a_project
from simulator.measure import Measure, certain_inputs, measure_inputs
from simulator.money import Line, Money, Promise
from simulator.moves import Rates, StepMatrix
from simulator.overlap import Overlap
from simulator.percentiles import drawn_percentiles
from simulator.promised import promised
from simulator.rates import rates_from_moves
from simulator.returns import DecliningReturns
from simulator.risk import Risk
from simulator.sampling import BLOCK, blocks_for
from simulator.shelf import Layout, Memory, Shelf
from simulator.standings import standings
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
from simulator.target import Comparison, Requirement, Target, Unit, check_targets
from simulator.trajectories import trajectories
from simulator.under_way import UnderWay
from simulator.variables import room
from simulator.verdict import Judged, judge, scores, verdicts

__all__ = [
    "BLOCK",
    "Additionality",
    "AtLevel",
    "AtValue",
    "AuthorityGroup",
    "Benefits",
    "Beta",
    "Bridge",
    "Certain",
    "Cohort",
    "CommonFactor",
    "Comparison",
    "Condition",
    "CorrelationError",
    "CorrelationGroup",
    "CorrelationMatrix",
    "Counts",
    "Coverage",
    "DecliningReturns",
    "Delivery",
    "DescriptionError",
    "Discounting",
    "Driver",
    "Engine",
    "Estimate",
    "EstimateError",
    "Event",
    "How",
    "Indicator",
    "Judged",
    "Kind",
    "Ladder",
    "Layer",
    "Layout",
    "Line",
    "Lognormal",
    "LognormalBetween",
    "Measure",
    "Memory",
    "Money",
    "Normal",
    "NormalBetween",
    "OverTarget",
    "Overlap",
    "Pert",
    "PlanError",
    "Programme",
    "Promise",
    "Purchase",
    "Rates",
    "Reading",
    "Reliability",
    "Requirement",
    "Resource",
    "Risk",
    "RunError",
    "Savings",
    "Shelf",
    "SimulatorError",
    "Stage",
    "StatisticsError",
    "StepMatrix",
    "System",
    "Tally",
    "Target",
    "Triangular",
    "UnderWay",
    "Undrawn",
    "Unit",
    "between",
    "blocks_for",
    "bottleneck",
    "certain_inputs",
    "check_targets",
    "contributions",
    "drawn_percentiles",
    "early_warning",
    "interest",
    "judge",
    "layer",
    "measure_inputs",
    "net_by_programme",
    "net_present_value",
    "nothing_delivered",
    "planned_load",
    "promised",
    "rates_from_moves",
    "room",
    "scores",
    "sensitivity",
    "share",
    "simulate",
    "spread",
    "standings",
    "statistics",
    "trajectories",
    "verdicts",
    "weeks_a_project",
    "year_end_spend",
]
