"""The quantities a scenario file may hold, and how each is written: money, shares, time, years, numbers, names.

Every quantity may also be written `{value: ..., source: ..., judgement: ...}`. A parser takes what YAML gave and
returns the quantity, or raises `PydanticCustomError` whose type is a code of `problems.MESSAGES`. Upper bounds are far
beyond any partnership; they are there so that a slip of the keyboard meets a message and not an afternoon of computing.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Annotated, Any, TypeVar

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from planner.limits import MOST_DRAWS

T = TypeVar("T")

WEEKS_IN = {"week": Fraction(1), "quarter": Fraction(13), "month": Fraction(13, 3), "year": Fraction(52)}
MOST_POUNDS = 100_000_000_000
LEAST_GRANT = 1_000  # pounds; smaller grants would make more projects than can be followed one by one
MOST_YEARS = 30  # the Green Book's discount rate of 3.5% holds so long
BESIDE_A_VALUE = ("fitted", "judgement", "source", "value")
LONGEST_NAME = 200
LONGEST_KEY = 100

_MONEY = re.compile(
    r"£ ?(?P<digits>[0-9]{1,3}(?:,[0-9]{3}){1,4}(?:\.[0-9]{1,9})?|[0-9]{1,15}(?:\.[0-9]{1,9})?) ?(?P<scale>k|m|bn)?"
)
_YEARLY = re.compile(r" (a|per) year")
_SCALE = {None: 1, "k": 1_000, "m": 1_000_000, "bn": 1_000_000_000}
_SHARE = re.compile(r"(?P<number>-?[0-9]{1,9}(?:\.[0-9]{1,15})?) ?%(?P<yearly> (?:a|per) year)?")
_DURATION = re.compile(r"(?P<number>[0-9]{1,9}(?:\.[0-9]{1,9})?) (?P<unit>week|quarter|month|year)s?")
_YEAR = re.compile(r"(?P<first>[0-9]{4})/(?P<second>[0-9]{2})")
_PERCENTILE = re.compile(r"(?P<number>[1-9][0-9]?)(?:st|nd|rd|th) percentile")
_TALLY = re.compile(r"(?P<digits>[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,15}(?:\.[0-9]{1,9})?) ?(?P<scale>k|m)?")
_CAPACITY = re.compile(r"(?P<number>[0-9]{1,9}) [a-z ]+")
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def wrong(code: str, **words: str) -> PydanticCustomError:
    """The error a parser raises; `code` names the message, `words` fill it.

    Two words are not for the message: `read`, what was read in the writer's own words; `at`, the key under the place.
    """
    context: dict[str, Any] = {"code": code, **words}
    # pydantic asks for a literal type; ours is data, because the messages are
    return PydanticCustomError(code, "{code}", context)  # type: ignore[arg-type,unused-ignore]


def read_from(read: Any, parse: Callable[[Any], T]) -> T | None:
    """What a parser reads, or None where it refuses: for a figure that stands in no file."""
    try:
        return parse(read)
    except PydanticCustomError:
        return None


def bare(read: Any) -> Any:
    """What stands under `value:` where the figure carries its source, else what was read."""
    if not isinstance(read, Mapping):
        return read
    if "value" not in read:
        raise wrong("figure-form")
    for key, beside in read.items():
        if key not in BESIDE_A_VALUE:
            raise wrong("unknown-key", key=str(key), allowed=", ".join(BESIDE_A_VALUE))
        if key != "value" and not isinstance(beside, str):
            raise wrong("not-text", at=str(key))
    if isinstance(read["value"], Mapping):
        raise wrong("figure-form")
    return read["value"]


def _text(read: Any, code: str) -> str:
    if isinstance(read, float) and not math.isfinite(read):
        raise wrong("not-finite", allowed="an ordinary figure")
    if not isinstance(read, str):
        raise wrong(code)
    return read.strip()


def _size(read: Any, low: float, high: float, said: str) -> float:
    if isinstance(read, bool) or not isinstance(read, int | float):
        raise wrong("not-a-number", allowed=said)
    if isinstance(read, float) and not math.isfinite(read):
        raise wrong("not-finite", allowed=said)
    if not low <= read <= high:
        raise wrong("out-of-range", allowed=said)
    return float(read)


def _count(read: Any, low: int, high: int) -> int:
    said = f"a whole number from {low:,} to {high:,}"
    if isinstance(read, float) and not math.isfinite(read):
        raise wrong("not-finite", allowed=said)
    if isinstance(read, float) and read.is_integer() and abs(read) < 2**53:  # 1e3 is a thousand, however it is written
        read = int(read)
    if isinstance(read, bool) or not isinstance(read, int):
        raise wrong("not-whole", allowed=said)
    if not low <= read <= high:
        raise wrong("out-of-range", allowed=said)
    return read


def money(read: Any) -> Fraction:
    """An amount in pounds, exact; parts of a pound allowed."""
    read = bare(read)
    if type(read) is int or (isinstance(read, float) and math.isfinite(read)):
        raise wrong("money-negative" if read < 0 else "money-unit")
    text = _text(read, "money-form")
    if re.match(r"(-\s*£|£\s*-|-[0-9])", text):
        raise wrong("money-negative")
    matched = _MONEY.fullmatch(text)
    if matched is None:
        raise wrong("money-unit" if re.fullmatch(r"[0-9][0-9.,]*\s*(k|m|bn)?", text) else "money-form")
    amount = Fraction(matched["digits"].replace(",", "")) * _SCALE[matched["scale"]]
    if amount >= MOST_POUNDS:
        raise wrong("money-range", allowed="£0 to under £100bn")
    return amount


def pounds(read: Any) -> int:
    """An amount in whole pounds."""
    amount = money(read)
    if amount.denominator != 1:
        raise wrong("money-pence")
    return int(amount)


def grant(read: Any) -> int:
    """An amount in whole pounds of the size of a grant or more: what divides a budget into projects or steps."""
    amount = pounds(read)
    if amount < LEAST_GRANT:
        raise wrong("money-range", allowed=f"£{LEAST_GRANT:,} to under £100bn")
    return amount


def pound_step(read: Any) -> int:
    """What amounts are rounded to: £1 or more, in whole pounds."""
    step = pounds(read)
    if step < 1:
        raise wrong("money-range", allowed="£1 to under £100bn")
    return step


def pounds_a_year(read: Any) -> int:
    """An amount in whole pounds for one year, with or without the words `a year`."""
    read = bare(read)
    return pounds(re.sub(rf"{_YEARLY.pattern}$", "", read.rstrip()) if isinstance(read, str) else read)


def number(read: Any) -> float:
    """A finite number from zero to a million."""
    return _size(bare(read), 0, 1e6, "a number from 0 to 1,000,000")


def spread(read: Any) -> float:
    """A standard deviation of a logarithm, 0 to 5."""
    return _size(bare(read), 0, 5, "a number from 0 to 5")


def firmness(read: Any) -> float:
    """A concentration: above zero, a million at most."""
    return _size(bare(read), 1e-3, 1e6, "a number from 0.001 to 1,000,000")


def ratio(read: Any) -> float:
    """Pounds for each pound: `1.2` or `£1.20`, up to a thousand."""
    read = bare(read)
    return _size(
        float(money(read)) if isinstance(read, str) else read, 0, 1e3, "a number or pounds for each £1, 0 to 1,000"
    )


def multiple(read: Any) -> Fraction:
    """How many times: a number from 0 to a thousand, exactly as written, to six decimals."""
    said = "a number from 0 to 1,000, with six decimals at most"
    found = Fraction(repr(_size(bare(read), 0, 1e3, said)))
    if found.denominator > 10**6:
        raise wrong("out-of-range", allowed=said)
    return found


def _share(read: Any, low: int, high: int) -> Fraction:
    matched = _SHARE.fullmatch(_text(bare(read), "share-form"))
    if matched is None:
        raise wrong("share-form")
    value = Fraction(matched["number"]) / 100
    if not Fraction(low, 100) <= value <= Fraction(high, 100):
        raise wrong("share-range", allowed=f"{low}% to {high}%")
    return value


def share(read: Any) -> Fraction:
    """A share of a whole, exact, 0% to 100%; the words `a year` may follow."""
    return _share(read, 0, 100)


def part(read: Any) -> Fraction:
    """A share of a whole, exact, above 0%."""
    found = _share(read, 0, 100)
    if found == 0:
        raise wrong("share-range", allowed="above 0%, up to 100%")
    return found


def points(read: Any) -> Fraction:
    """What is added to a share, in percentage points, exact; below zero where it is taken away."""
    return _share(read, -100, 100)


def growth(read: Any) -> Fraction:
    """How far an amount may rise, as a share of what it was, exact: 0% to 1,000%."""
    return _share(read, 0, 1000)


def share_step(read: Any) -> Fraction:
    """What shares are rounded to, exact: 1%, 0.1%, 0.01% and so on, down to a millionth of a per cent."""
    found = _share(read, 0, 1)
    if found == 0 or found.numerator != 1 or found.denominator not in {10**digits for digits in range(2, 9)}:
        raise wrong("share-range", allowed="1%, 0.1%, 0.01% and so on")
    return found


def tally(read: Any) -> Fraction:
    """A figure that a pot is shared by, exact and 0 or more: 54, 5,607,000, 5607k or 5.607m."""
    read = bare(read)
    allowed = "a figure of 0 or more, such as 54, 5,607,000, 5607k or 5.607m"
    if isinstance(read, str):
        matched = _TALLY.fullmatch(read.strip())
        if matched is None:
            raise wrong("not-a-number", allowed=allowed)
        found = Fraction(matched["digits"].replace(",", "")) * _SCALE[matched["scale"]]
    else:
        found = Fraction(repr(_size(read, 0, MOST_POUNDS, allowed)))
    if found > MOST_POUNDS:
        raise wrong("out-of-range", allowed=allowed)
    return found


def certainty(read: Any) -> float:
    """What comes in of an amount that was announced, 0% to 200% of it."""
    read = bare(read)
    if not isinstance(read, str) or _SHARE.fullmatch(read.strip()) is None:
        raise wrong("certainty-form")
    return float(_share(read, 0, 200))


def rate(read: Any) -> Fraction:
    """A yearly rate, exact, 0% to 50%."""
    return _share(read, 0, 50)


def _weeks(read: Any) -> Fraction:
    matched = _DURATION.fullmatch(_text(bare(read), "duration-form"))
    if matched is None:
        raise wrong("duration-form")
    found = Fraction(matched["number"]) * WEEKS_IN[matched["unit"]]
    if found > MOST_YEARS * 52:
        raise wrong("duration-range", allowed=f"up to {MOST_YEARS} years")
    return found


def weeks(read: Any) -> float:
    """A length of time in weeks; a quarter has 13, a year 52."""
    return float(_weeks(read))


def whole_quarters(read: Any) -> int:
    """A length of time that is a whole number of quarters."""
    quarters = _weeks(read) / 13
    if quarters.denominator != 1:
        raise wrong("not-quarters")
    return int(quarters)


def horizon(read: Any) -> int:
    """A length of time of one quarter or more, in quarters."""
    quarters = whole_quarters(read)
    if quarters < 1:
        raise wrong("duration-range", allowed=f"1 quarter to {MOST_YEARS} years")
    return quarters


def whole_years(read: Any) -> int:
    """A length of time that is a whole number of years, one or more."""
    years = _weeks(read) / 52
    if years.denominator != 1 or years < 1:
        raise wrong("not-years")
    return int(years)


def persistence(read: Any) -> Fraction:
    """A share that is still there a year later: under 100%, or it would never fade."""
    found = share(read)
    if found > Fraction(999, 1000):
        raise wrong("share-range", allowed="0% to 99.9%")
    return found


def financial_year(read: Any) -> str:
    """A financial year such as 2008/09."""
    text = _text(bare(read), "year-form")
    matched = _YEAR.fullmatch(text)
    if matched is None or (int(matched["first"]) + 1) % 100 != int(matched["second"]):
        raise wrong("year-form")
    return text


def percentile(read: Any) -> Fraction:
    """A percentile such as `80th percentile`, as a share."""
    matched = _PERCENTILE.fullmatch(_text(bare(read), "percentile-form"))
    if matched is None:
        raise wrong("percentile-form")
    return Fraction(int(matched["number"]), 100)


def count(read: Any) -> int:
    """How many: a whole number from none to a million."""
    return _count(bare(read), 0, 1_000_000)


def headcount(read: Any) -> int:
    """How many authorities: from none to a thousand."""
    return _count(bare(read), 0, 1_000)


def milestones(read: Any) -> int:
    """How many equal payments, 1 to 100."""
    return _count(bare(read), 1, 100)


def draws(read: Any) -> int:
    """How many futures to sample, up to a million."""
    return _count(bare(read), 1, MOST_DRAWS)


def capacity(read: Any) -> int:
    """How many a resource can serve at once: `8` or `45 projects`."""
    read = bare(read)
    if isinstance(read, str) and (matched := _CAPACITY.fullmatch(read.strip())):
        read = int(matched["number"])
    return _count(read, 1, 10_000)


def seed(read: Any) -> int:
    """The seed of all chance: zero or more."""
    return _count(read, 0, 2**63 - 1)


def share_or_pounds(read: Any) -> Fraction | int:
    """A share (an exact fraction) or whole pounds (a whole number)."""
    read = bare(read)
    return pounds(read) if isinstance(read, str) and "£" in read else share(read)


def coefficient(read: Any) -> float:
    """An entry of a matrix of correlations, -1 to 1."""
    return _size(bare(read), -1, 1, "a number from -1 to 1")


def common(read: Any) -> float:
    """A correlation that all pairs of a group share: one hidden factor cannot make it negative."""
    return _size(bare(read), 0, 1, "a number from 0 to 1")


def words(read: Any) -> str:
    """Text that is not blank."""
    if not isinstance(read, str) or not read.strip():
        raise wrong("not-text")
    return read


def name(read: Any) -> str:
    """A name: text of a length that a table can show."""
    text = words(read)
    if len(text) > LONGEST_NAME:
        raise wrong("name-too-long", limit=str(LONGEST_NAME))
    return text


def key(read: Any) -> str:
    """A stable key: lower-case letters, digits and hyphens."""
    text = _text(read, "key-form")
    if _KEY.fullmatch(text) is None or len(text) > LONGEST_KEY:
        raise wrong("key-form")
    return text


def identity(read: Any) -> str:
    """The id of a target, such as T12: letters, digits and hyphens, kept as written."""
    text = _text(read, "id-form")
    if _KEY.fullmatch(text.lower()) is None or len(text) > LONGEST_KEY:
        raise wrong("id-form")
    return text


def key_from(name: str) -> str:
    """The key a name gets when none is written: é becomes e, apostrophes fall away, anything else becomes a hyphen."""
    letters = unicodedata.normalize("NFKD", name.lower().replace("'", "").replace("’", ""))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_KEY].strip("-") or "unnamed"


def _sourced(leaf: dict[str, Any]) -> WithJsonSchema:
    carried = {
        "source": {"type": "string", "description": "Where the figure comes from."},
        "judgement": {"type": "string", "description": "Why this figure, and who would defend it."},
        "fitted": {"type": "string", "description": "The record that the figure is fitted to, and how."},
    }
    wrapped = {
        "type": "object",
        "properties": {"value": {**leaf, "description": "The figure itself."}, **carried},
        "required": ["value"],
        "additionalProperties": False,
    }
    return WithJsonSchema({"anyOf": [leaf, wrapped]})


def written_as(pattern: re.Pattern[str], example: str, also: str = "") -> dict[str, Any]:
    """The schema of a text form: editors speak the regular expressions of ECMA, which name no groups as Python does."""
    text = re.sub(r"\?P<\w+>", "", pattern.pattern)
    return {"type": "string", "pattern": f"^(?:{text}){also}$", "examples": [example]}


def quantity(parse: Callable[[Any], Any], leaf: dict[str, Any]) -> tuple[PlainValidator, WithJsonSchema]:
    """What turns an annotation into a quantity: its parser, and the schema of its bare form."""
    return PlainValidator(parse), _sourced(leaf)


def between(low: float, high: float, kind: str = "number") -> dict[str, Any]:
    """The schema of a number with its bounds."""
    return {"type": kind, "minimum": low, "maximum": high}


_POUNDS = written_as(_MONEY, "£5.6m")
_WEEKS = written_as(_DURATION, "6 weeks")
_PERCENT = written_as(_SHARE, "7.6%")
_NOT_BLANK = r"\S"

Pounds = Annotated[int, *quantity(pounds, _POUNDS)]
PoundStep = Annotated[int, *quantity(pound_step, _POUNDS)]
Grant = Annotated[int, *quantity(grant, _POUNDS)]
PoundsAYear = Annotated[int, *quantity(pounds_a_year, written_as(_MONEY, "£60k a year", f"(?:{_YEARLY.pattern})?"))]
Ratio = Annotated[float, *quantity(ratio, {"anyOf": [between(0, 1000), written_as(_MONEY, "£0.30")]})]
Multiple = Annotated[Fraction, *quantity(multiple, between(0, 1000))]
Number = Annotated[float, *quantity(number, between(0, 1e6))]
Spread = Annotated[float, *quantity(spread, between(0, 5))]
Firmness = Annotated[float, *quantity(firmness, between(1e-3, 1e6))]
Share = Annotated[Fraction, *quantity(share, _PERCENT)]
Part = Annotated[Fraction, *quantity(part, _PERCENT)]
Certainty = Annotated[float, *quantity(certainty, _PERCENT)]
Points = Annotated[Fraction, *quantity(points, _PERCENT)]
Growth = Annotated[Fraction, *quantity(growth, _PERCENT)]
ShareStep = Annotated[Fraction, *quantity(share_step, _PERCENT)]
Tally = Annotated[Fraction, *quantity(tally, {"anyOf": [between(0, MOST_POUNDS), written_as(_TALLY, "5607k")]})]
Rate = Annotated[Fraction, *quantity(rate, _PERCENT)]
Weeks = Annotated[float, *quantity(weeks, _WEEKS)]
WholeQuarters = Annotated[int, *quantity(whole_quarters, _WEEKS)]
Horizon = Annotated[int, *quantity(horizon, _WEEKS)]
WholeYears = Annotated[int, *quantity(whole_years, _WEEKS)]
Persistence = Annotated[Fraction, *quantity(persistence, _PERCENT)]
FinancialYear = Annotated[str, PlainValidator(financial_year), WithJsonSchema(written_as(_YEAR, "2008/09"))]
Percentile = Annotated[Fraction, *quantity(percentile, written_as(_PERCENTILE, "80th percentile"))]
Count = Annotated[int, *quantity(count, between(0, 1_000_000, "integer"))]
Headcount = Annotated[int, *quantity(headcount, between(0, 1_000, "integer"))]
Milestones = Annotated[int, *quantity(milestones, between(1, 100, "integer"))]
Draws = Annotated[int, *quantity(draws, between(1, MOST_DRAWS, "integer"))]
Capacity = Annotated[
    int, *quantity(capacity, {"anyOf": [between(1, 10_000, "integer"), written_as(_CAPACITY, "45 projects")]})
]
Coefficient = Annotated[float, *quantity(coefficient, between(-1, 1))]
CommonCorrelation = Annotated[float, *quantity(common, between(0, 1))]
Amount = Annotated[Fraction | int, *quantity(share_or_pounds, {"anyOf": [_PERCENT, written_as(_MONEY, "£420k")]})]
Seed = Annotated[int, PlainValidator(seed), WithJsonSchema({"type": "integer", "minimum": 0})]
Text = Annotated[str, PlainValidator(words), WithJsonSchema({"type": "string", "pattern": _NOT_BLANK})]
Name = Annotated[
    str, PlainValidator(name), WithJsonSchema({"type": "string", "pattern": _NOT_BLANK, "maxLength": LONGEST_NAME})
]
Identity = Annotated[
    str,
    PlainValidator(identity),
    WithJsonSchema(
        {"type": "string", "pattern": f"^{_KEY.pattern.replace('a-z', 'A-Za-z')}$", "maxLength": LONGEST_KEY}
    ),
]
Key = Annotated[
    str,
    PlainValidator(key),
    WithJsonSchema({"type": "string", "pattern": f"^{_KEY.pattern}$", "maxLength": LONGEST_KEY}),
]
