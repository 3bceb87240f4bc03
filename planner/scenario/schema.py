"""The JSON Schema of a scenario file, for editors that complete and check; and which keys a map of it may hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from planner.scenario.document import EVERY_PROGRAMME
from planner.scenario.estimates import FORMS, NOTES, form_of
from planner.scenario.formula import FormulaScenario
from planner.scenario.models import Scenario
from planner.scenario.nodes import Mapping
from planner.scenario.quantities import WEEKS_IN

BESIDE_FIGURE = NOTES
_FIGURES = {key for keys in FORMS.values() for key in keys}
SCHEMA = "https://json-schema.org/draft/2020-12/schema"
_EXTENDS = {
    "type": "string",
    "description": "A scenario file this one is laid over, its path starting from this file's folder.",
}
_PARTS_OF_A_PROGRAMME = ("Programme", "Benefits", "Additionality", "Repayment")


@cache
def json_schema() -> dict[str, Any]:
    """The schema of a file as it may be written: with extends: and every_programme:, which fill in what is missing."""
    schema = _tidied(Scenario.model_json_schema())
    definitions = schema["$defs"]
    # a programme's entries may come from every_programme:, so an editor must not call them missing
    for name in _PARTS_OF_A_PROGRAMME:
        definitions[name].pop("required", None)
    shared = {name: part for name, part in definitions["Programme"]["properties"].items() if name != "key"}
    definitions["EveryProgramme"] = {
        **definitions["Programme"],
        "properties": shared,
        "title": "EveryProgramme",
        "description": "What all programmes share; each programme's own entries are laid over it, key by key.",
    }
    properties = schema["properties"]
    properties["extends"] = _EXTENDS
    properties[EVERY_PROGRAMME] = {"$ref": "#/$defs/EveryProgramme"}
    # a theme may be written as the list of its programmes alone
    theme = properties["themes"]["additionalProperties"]
    properties["themes"]["additionalProperties"] = {"anyOf": [theme, definitions["Theme"]["properties"]["programmes"]]}
    # a rule of one's own may be written as its sentence alone
    own = definitions["Rules"]["properties"]["own"]
    own["items"] = {"anyOf": [own["items"], definitions["OwnRule"]["properties"]["rule"]]}
    # an estimate of time may state its unit once, beside plain numbers
    for name, key in (("Stage", "takes"), ("Benefits", "starts_after"), ("RiskEffects", "delivery_takes_longer_by")):
        _allow_unit(definitions[name]["properties"][key], definitions)
    for form in _maps_by_level(definitions):
        _allow_notes(form, definitions)
    required = schema.pop("required")
    schema["anyOf"] = [{"required": ["extends"]}, {"required": required}]
    return {"$schema": SCHEMA, "$id": "riep-planner-scenario", **schema}


@cache
def formula_schema() -> dict[str, Any]:
    """The schema of a formula scenario as it may be written: with extends:."""
    schema = _tidied(FormulaScenario.model_json_schema())
    schema["properties"]["extends"] = _EXTENDS
    required = schema.pop("required")
    schema["anyOf"] = [{"required": ["extends"]}, {"required": required}]
    return {"$schema": SCHEMA, "$id": "riep-planner-formula-scenario", **schema}


def _maps_by_level(definitions: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every form that is a map of figures by level; none of them is a form of an estimate."""
    for name, key in (("Cohort", "rated"), ("Cohort", "improving"), ("LadderDriver", "reaches")):
        yield definitions[name]["properties"][key]
    lands = definitions["ChangeOfScale"]["properties"]["lands"]
    yield from (lands["additionalProperties"], lands)
    for way in ("up", "down"):
        yield from (form for form in definitions["Moves"]["properties"][way]["oneOf"] if "propertyNames" in form)


def _allow_notes(form: dict[str, Any], definitions: dict[str, Any]) -> None:
    """Let notes stand beside the figures of a map by level."""
    form["propertyNames"] = {"not": {"enum": sorted({"value", *_FIGURES})}}
    form["properties"] = {note: definitions["Cohort"]["properties"][note] for note in NOTES}
    form.pop("minProperties", None)


def _tidied(schema: Any) -> Any:
    """The schema without null, and with other keys refused where keys have a form.

    An entry that is not wanted is left out, never written with nothing behind it.
    """
    if isinstance(schema, list):
        return [_tidied(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _tidied(part) for key, part in schema.items() if key != "default" or part is not None}
    if "patternProperties" in found:
        ((pattern, of_each),) = found.pop("patternProperties").items()
        found |= {"propertyNames": {"pattern": pattern}, "additionalProperties": of_each}
    forms = found.get("anyOf")
    if forms is not None and {"type": "null"} in forms:
        left = [form for form in forms if form != {"type": "null"}]
        del found["anyOf"]
        found = {**left[0], **found} if len(left) == 1 else {**found, "anyOf": left}
    return found


def _allow_unit(field: dict[str, Any], definitions: dict[str, Any]) -> None:
    units = sorted({form for unit in WEEKS_IN for form in (unit, f"{unit}s")})
    for form in field.get("anyOf") or field["oneOf"]:
        name = form.get("$ref", "").rsplit("/", 1)[-1]
        if name and name != "Chance":
            properties = definitions[name]["properties"]
            if "unit" in properties:
                continue
            for key in _FIGURES & set(properties):
                written = properties[key]
                properties[key] = {"anyOf": [*written.pop("anyOf"), {"type": "number", "minimum": 0}], **written}
            properties["unit"] = {"enum": units, "description": "The unit of the plain numbers beside it."}


def allowed_keys(
    path: Sequence[str | int], node: Mapping | None, kind: str | None = None, schema: Any = None
) -> Sequence[str]:
    """The keys that the map at `path` may hold, sorted, by a schema (of a plan's scenario unless given).

    `kind`, where the path leads into a measure, is its kind.
    """
    schema = json_schema() if schema is None else schema
    definitions = schema["$defs"]
    for step in path:
        schema = _into(_deref(schema, definitions, kind), step)
    schema = _deref(schema, definitions, kind)
    if "properties" in schema:
        return sorted(schema["properties"])
    written = set(node.entries) if node is not None else set()
    form = form_of(dict.fromkeys(written))
    return ["value", *BESIDE_FIGURE] if form == "figure" else sorted(_keys_of(form, timed=_is_time(path)))


def _keys_of(form: str, *, timed: bool) -> list[str]:
    shape = ["shape"] if form in ("three-point", "mean-sd") else []
    return [*FORMS[form], *shape, *BESIDE_FIGURE, *(["unit"] if timed else [])]


def _is_time(path: Sequence[str | int]) -> bool:
    return bool(path) and path[-1] in ("takes", "starts_after", "delivery_takes_longer_by")


def _deref(schema: Any, definitions: dict[str, Any], kind: str | None) -> Any:
    """The schema behind references, behind the choice between a map and what is short for it, and behind a kind."""
    while True:
        forms = schema.get("anyOf", [])
        wide = [form for form in forms if "$ref" in form]
        of_kind = [form for form in schema.get("oneOf", []) if _kind_of(form, definitions) == kind is not None]
        if "$ref" in schema:
            schema = definitions[schema["$ref"].rsplit("/", 1)[-1]]
        elif of_kind:
            schema = of_kind[0]
        elif "properties" not in schema and len(wide) == 1 and len(forms) == 2:
            schema = wide[0]
        else:
            return schema


def _kind_of(form: Any, definitions: dict[str, Any]) -> str | None:
    """The kind of measure that a form is of, or None."""
    found = definitions.get(str(form.get("$ref", "")).rsplit("/", 1)[-1], {})
    kind: str | None = found.get("properties", {}).get("kind", {}).get("const")
    return kind


def _into(schema: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return schema.get("items", {})
    if step in schema.get("properties", {}):
        return schema["properties"][step]
    found = schema.get("additionalProperties", {})
    return found if isinstance(found, dict) else {}
