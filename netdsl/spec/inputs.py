"""Layers that take any number of inputs: the field `inputs` and its setting, InputPorts."""

from __future__ import annotations

import dataclasses
import operator
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn, SupportsIndex

from netdsl.dims import KEYWORDS, port_type
from netdsl.errors import NetError, SettingError
from netdsl.spec.coder import Coder, read_port
from netdsl.spec.fields import KEY, MISSING, OptionField, PortField, short, worded
from netdsl.symbols import Automatic

INPUTS: Final = "InputPorts"
"""The name of the field, of the setting, and of the list that `formula` and `apply` are given."""

MOST: Final = 10_000
"""How many ports a layer that takes any number of inputs may have."""

_DEFAULT_NAME = re.compile(r"Input([1-9]\d{0,17})")
_NAME = re.compile(r"[a-z]\w*")


@dataclass(frozen=True, slots=True)
class InputsField(OptionField):
    """Any number of input ports: what each is like; names in the pattern are one for each."""

    shape: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the pattern, each of which stands for a list."""
        return tuple(_NAME.findall(self.shape.partition(":")[0]))

    def port(self, number: int) -> PortField:
        """Return the declaration of one port, with its number behind the names of its sizes."""
        sizes, colon, element = self.shape.partition(":")
        sizes = _NAME.sub(lambda name: f"{name[0]}{number}", sizes)
        return PortField(f"{sizes}{colon}{element}", "", is_output=False)


def inputs(
    shape: str,
    *,
    default: Any = MISSING,
    doc: str = "the inputs: how many, their names, their shapes, or names with shapes",
    kw_only: Any = MISSING,
) -> Any:
    """Declare any number of input ports, under the name InputPorts."""
    return dataclasses.field(
        default=default, kw_only=kw_only, metadata={KEY: InputsField(doc, shape=shape)}
    )


@dataclass(frozen=True, slots=True, repr=False)
class Inputs:
    """The names of input ports, and what stands at each.

    `is_given` is False where the number follows from the net around or from other settings.
    """

    settings: tuple[tuple[str, Any], ...]
    is_given: bool = True
    found: Mapping[str, Any] = dataclasses.field(init=False, compare=False)
    """The same by name: a layer of thousands of inputs looks each of them up."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "found", dict(self.settings))

    @property
    def names(self) -> tuple[str, ...]:
        """The names in order."""
        return tuple(name for name, _ in self.settings)

    def __getitem__(self, name: str) -> Any:
        """Return what stands at a port: a shape, a coder or Automatic."""
        return self.found[name]

    def having(self, given: Mapping[str, Any]) -> Inputs:
        """Return the same ports with other shapes or coders at some of them."""
        return _read({**self.found, **given})

    def __repr__(self) -> str:
        found = self.found
        numbered = self.names == default_names(len(found))
        if all(setting is Automatic for setting in found.values()):
            if numbered:
                return repr(len(found))
            if _are_names(self.names):
                return repr(list(self.names))
        return repr(list(found.values()) if numbered else found)


def see_that_they_are_few(count: int) -> None:
    """Refuse so many ports that listing them alone would fill the memory."""
    if count > MOST:
        raise SettingError("A layer has not so many ports.", expected=f"up to {MOST:,}", got=count)


def default_names(count: int) -> tuple[str, ...]:
    """Return the names of ports that have been given none: Input1, Input2, ..."""
    see_that_they_are_few(count)
    return tuple(f"Input{number}" for number in range(1, count + 1))


def number_of(name: Any) -> int:
    """Return which port a default name stands for, 0 for another name."""
    found = _DEFAULT_NAME.fullmatch(name) if isinstance(name, str) else None
    return int(found[1]) if found else 0


def counted(count: int) -> Inputs:
    """Return so many ports, which nobody has asked for by a setting."""
    return Inputs(tuple((name, Automatic) for name in default_names(count)), is_given=False)


def fitting(given: Any, layer: str, least: int, most: int | None) -> Any:
    """Return the ports of a layer that takes from `least` to `most`; see that it takes so many."""
    if given is Automatic:
        return counted(least) if least == most else given
    if len(given.names) < least or (most is not None and len(given.names) > most):
        known = f"{least} or more" if most is None else f"{least} to {most}"
        raise SettingError(
            "The layer takes another number of inputs.",
            layer=layer,
            setting=INPUTS,
            expected=least if least == most else known,
            got=len(given.names),
        )
    return given


def read_inputs(value: Any, taken: Iterable[str]) -> Any:
    """Read the setting InputPorts; `taken` are names that no port can have."""
    value = worded(value) if isinstance(value, str) else value
    if value is Automatic or isinstance(value, Inputs):
        return value
    named = _by_name(value)
    if not named or not all(isinstance(name, str) and name for name in named):
        _refuse(value)
    found = _read(named)
    for name in taken:
        if name in found.names:
            _refuse(value, "This name is taken.", port=name)
    return found


def _by_name(value: Any) -> Mapping[Any, Any]:
    if isinstance(value, SupportsIndex) and not isinstance(value, bool):
        return dict.fromkeys(default_names(operator.index(value)), Automatic)
    if isinstance(value, Mapping):
        return value
    if not isinstance(value, list | tuple):
        _refuse(value)
    items: list[Any] = list(value)
    if not _are_names(items):
        return dict(zip(default_names(len(items)), items, strict=True))
    if len(set(items)) < len(items):
        _refuse(value, "Two ports have one name.")
    return dict.fromkeys(items, Automatic)


def _are_names(items: Iterable[Any]) -> bool:
    """Whether a list is one of names; the words of the shape language are shapes."""
    return all(isinstance(item, str) and item not in KEYWORDS for item in items)


def _read(found: Mapping[Any, Any]) -> Inputs:
    see_that_they_are_few(len(found))
    return Inputs(tuple((name, _setting(name, spec)) for name, spec in found.items()))


def _setting(name: str, spec: Any) -> Any:
    try:
        spec = read_port(name, spec, False)
        return spec if isinstance(spec, Coder) else port_type(spec).spec()
    except NetError as error:
        raise error.having(port=name) from None


def _refuse(
    got: Any, sentence: str = "These are no input ports.", port: str | None = None
) -> NoReturn:
    raise SettingError(
        sentence,
        port=port,
        expected='for instance 2, ["a", "b"], [3, (2, "h")], {"a": 3, "b": Automatic}',
        got=short(got),
    )
