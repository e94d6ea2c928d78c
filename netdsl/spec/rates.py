"""The setting LearningRateMultipliers: a rate, or rules for parts."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

from netdsl.errors import SettingError, nearest
from netdsl.spec.fields import freeze
from netdsl.symbols import All, Automatic, Blank

NAME = "LearningRateMultipliers"


def read_rates(setting: Any) -> Any:
    """Return the setting as it is kept, lists and dicts as tuples; see that it is one."""
    kept = freeze(setting)
    if isinstance(kept, tuple):
        for rule in kept:
            read_rule(rule)
    elif kept is not Automatic:
        read_rate(kept)
    return kept


def read_rule(rule: Any) -> tuple[tuple[Any, ...], float]:
    """Return the path of the part that a rule is for, and its rate."""
    if not isinstance(rule, tuple) or len(rule) != 2:
        raise SettingError(
            "A rule is a pair of a part and its rate.",
            setting=NAME,
            expected='for instance {"part": 2, Blank: 0} or [("part", 2), (Blank, 0)]',
            got=repr(rule),
        )
    part, rate = rule
    return part if isinstance(part, tuple) else (part,), read_rate(rate)


def check_rates(setting: Any, arrays: Mapping[str, Any], former: Mapping[str, str]) -> None:
    """See that the rules of a layer name arrays of it, and give states no rates but 0 and 1.

    `arrays` are their declarations by name; `former` are names that they had in older nets.
    """
    for rule in setting if isinstance(setting, tuple) else ():
        part, rate = read_rule(rule)
        names: tuple[Any, ...] = part or (None,)
        first, *rest = names
        if first is All or first is Blank or first == "All":
            continue
        if first not in arrays or rest:
            raise SettingError(
                "A learning rate multiplier names no array of the layer.",
                setting=NAME,
                expected=", ".join((*arrays, "All")),
                got=repr(rule[0]),
                nearest=former.get(first) or nearest(first, arrays),
            )
        check_rate_of(first, arrays[first].learned, rate)


def check_rate_of(name: str, is_learned: bool, rate: float) -> None:
    """Refuse another rate than 0 and 1 for a state by its name: it is not learned."""
    if not is_learned and rate not in (0, 1):
        raise SettingError(
            "A state is not learned: it moves, or stays as it is.",
            array=name,
            setting=NAME,
            expected="1, or 0 to keep it",
            got=f"{rate:g}",
        )


def read_rate(rate: Any) -> float:
    """Return a rate as a number: None, which freezes, is 0."""
    if rate is None:
        return 0.0
    if isinstance(rate, bool) or not isinstance(rate, Real) or rate - rate != 0:
        raise SettingError(
            "A learning rate multiplier is a number, or None for an array that is not learned.",
            setting=NAME,
            expected="a finite number, None, or rules such as {'part': 2}",
            got=repr(rate),
        )
    return float(rate)
