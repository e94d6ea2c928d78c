"""What a class of layers declares: its settings, ports and arrays, by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from netdsl.errors import NetError
from netdsl.spec.fields import ArrayField, OptionField, PortField, declared, show_port, show_value
from netdsl.spec.inputs import INPUTS, InputsField
from netdsl.spec.net_array import NetArray

if TYPE_CHECKING:
    from netdsl.spec.layer import Layer


@cache
def fields(cls: type[Layer]) -> dict[str, Any]:
    """Return every declaration of a layer class by name."""
    return {field.name: declared(field) for field in dataclasses.fields(cls)}


@cache
def in_order(cls: type[Layer]) -> tuple[dataclasses.Field[Any], ...]:
    """Return the dataclass fields as a user gives them: positional ones, ports and arrays, rest."""
    given = [field for field in dataclasses.fields(cls) if field.init]
    own = [field for field in given if field.name != "LearningRateMultipliers"]
    rest = [field for field in given if field.name == "LearningRateMultipliers"]
    return (*own, *rest)


@cache
def default_of(cls: type[Layer], name: str) -> Any:
    """Return what a setting is where it is not given."""
    return next(field.default for field in dataclasses.fields(cls) if field.name == name)


@cache
def ports(cls: type[Layer]) -> Mapping[str, PortField]:
    """Return the declared ports of a layer class, its states among them."""
    return {name: field for name, field in fields(cls).items() if isinstance(field, PortField)}


@cache
def many(cls: type[Layer]) -> InputsField | None:
    """Return the declaration of any number of inputs, None for a layer of declared ones."""
    return fields(cls).get(INPUTS)


@cache
def arrays(cls: type[Layer]) -> Mapping[str, ArrayField]:
    """Return the declared arrays of a layer class."""
    return {name: field for name, field in fields(cls).items() if isinstance(field, ArrayField)}


@cache
def former_names(cls: type[Layer]) -> Mapping[str, str]:
    """Return the settings of a layer class by the names that they had in older nets."""
    return {field.formerly: name for name, field in arrays(cls).items() if field.formerly}


@cache
def options(cls: type[Layer]) -> Mapping[str, OptionField]:
    """Return the declared settings of a layer class."""
    return {name: field for name, field in fields(cls).items() if isinstance(field, OptionField)}


def shown(cls: type[Layer], name: str, value: Any, limit: int | None) -> str:
    """Return a setting as Python source, in its shortest form: 3 where that is read as (3,)."""
    field = fields(cls)[name]
    if isinstance(value, NetArray):
        return value.source(limit)
    if isinstance(field, PortField):
        return show_port(value, limit)
    if isinstance(field, OptionField) and field.show is not None:
        return field.show(value)
    if isinstance(value, tuple) and len(value) == 1 and isinstance(field, OptionField):
        try:
            is_short = field.read is not None and field.read(value[0]) == value
        except NetError:
            is_short = False
        return show_value(value[0] if is_short else value, limit)
    return show_value(value, limit)
