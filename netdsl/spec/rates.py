"""The setting LearningRateMultipliers: a rate, or rules for parts."""

from __future__ import annotations

from numbers import Real
from typing import Any

from netdsl.errors import SettingError
from netdsl.spec.fields import freeze
from netdsl.symbols import Automatic

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
