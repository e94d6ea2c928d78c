"""Sizes that layers of integers take: of vectors, and how many integers there are."""

from __future__ import annotations

from typing import Any, NoReturn

from netdsl.dims import port_type
from netdsl.errors import NetError, SettingError
from netdsl.symbols import Automatic


def size(spec: Any) -> Any:
    """Read one size: an integer, a name, or Automatic."""
    if spec is Automatic:
        return spec
    try:
        kind = port_type(spec)
    except NetError:
        _refuse(spec)
    if isinstance(spec, tuple) or not kind.dims or kind.dims == ("Varying",):
        _refuse(spec)
    return kind.dims[0]


def _refuse(spec: Any) -> NoReturn:
    raise SettingError(
        "This size is one positive integer, a name or Automatic.",
        expected="for instance 3",
        got=repr(spec),
    )
