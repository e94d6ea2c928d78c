"""PlaceholderLayer: stands where a layer is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, replace
from typing import Any, NoReturn

from netdsl.dims import Dims
from netdsl.errors import NetError, SettingError
from netdsl.spec import Auto, Automatic, Layer, PortField, inputs, option, port
from netdsl.spec.fields import short
from netdsl.spec.inputs import Inputs, default_names


def _tag(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise SettingError(
            "A tag is a text.", expected='for instance "NonMaximum"', got=short(value)
        )
    return value


def _arrays(value: Any) -> Any:
    """Read the names of arrays, or pairs of a name and an array, which a dict has become."""
    value = _named(value)
    names = tuple(value) if isinstance(value, tuple) else (value,)
    names = [one[0] if isinstance(one, tuple) and len(one) == 2 else one for one in names]
    if value is not None and not all(isinstance(name, str) for name in names):
        raise SettingError(
            "These are no arrays.", expected='["a", "b"], or {"a": array, ...}', got=short(value)
        )
    return value


class Pairs(tuple[tuple[Any, Any], ...]):
    """A dict that does not change, as the pairs of its keys and values."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{key!r}: {value!r}" for key, value in tuple(self)) + "}"

    def __getitem__(self, key: Any) -> Any:
        """Return the value of a key; of an integer the pair there."""
        return dict(tuple(self))[key] if isinstance(key, str) else super().__getitem__(key)


def _named(value: Any) -> Any:
    """Read what may be a dict, of which pairs have been made, all the way down."""
    if not isinstance(value, tuple):
        return value
    is_dict = bool(value) and all(
        isinstance(one, tuple) and len(one) == 2 and isinstance(one[0], str) for one in value
    )
    if is_dict:
        return Pairs((key, _named(one)) for key, one in value)
    return tuple(map(_named, value))


class PlaceholderLayer(Layer):
    """Stand in a net for a layer that is missing: it has ports, and computes nothing.

    >>> NetChain([LinearLayer(3), PlaceholderLayer("Sort"), Ramp], Input=2).port("Output").rank
    >>> PlaceholderLayer("Split", InputPorts=2, OutputPorts={"a": 3, "b": "Real"}).output_names
    ('a', 'b')

    The tag, the information beside it and the arrays only inform; `layer.Info["key"]` is what a
    dict has there. Any ports go together, nothing
    follows from one for another; `Input` and `Output` are the ports where InputPorts and
    OutputPorts are not given. In a net it can be moved about and replaced; evaluating or training
    it, or its formula, raises a NetError. Source: Wolfram `PlaceholderLayer`.
    """

    Tag: str | None = option(default=None, read=_tag, doc="what it stands for")
    Info: Any = option(
        default=None, read=_named, doc="anything that is known of it, for instance a dict"
    )
    _: KW_ONLY
    Arrays: Any = option(
        default=None, read=_arrays, doc="names of its arrays, or arrays by their names"
    )
    InputPorts: Any = inputs("*d : k", default=Automatic)
    OutputPorts: Any = inputs(
        "*e : k",
        default=Automatic,
        doc="the outputs: how many, their names, their shapes, or names with shapes",
    )
    Input: Dims | Auto = port("*d : k", default=Automatic)
    Output: Dims | Auto = port("*e : m", default=Automatic)

    def check(self):
        for many, one in (("InputPorts", "Input"), ("OutputPorts", "Output")):
            if getattr(self, many) is not Automatic and getattr(self, one) is not Automatic:
                raise SettingError(
                    "The ports are said twice.",
                    layer="PlaceholderLayer",
                    port=one,
                    expected=f"{one}, or {many} with shapes",
                    got=f"{one} and {many}",
                )
        given = self.OutputPorts
        if given is Automatic:
            return
        numbered = default_names(len(given.names)) == given.names
        names = [name.replace("In", "Out") if numbered else name for name in given.names]
        pairs = zip(names, (setting for _, setting in given.settings), strict=True)
        object.__setattr__(self, "OutputPorts", Inputs(tuple(pairs)))
        inputs = ["Input"] if self.InputPorts is Automatic else self.InputPorts.names
        both = set(names) & set(inputs)
        if both:
            raise SettingError(
                "An input and an output have one name.",
                layer="PlaceholderLayer",
                expected="different names",
                got=min(both),
            )

    @property
    def takes_list(self):
        """Whether its inputs are given as a list."""
        return self.InputPorts is not Automatic

    @property
    def is_open(self):
        """Whether the number of its inputs is not known; without InputPorts there is one."""
        return False

    @property
    def port_fields(self):
        """The ports, with one for each of the inputs and outputs that were asked for."""
        found = {}
        for name, is_output in (("InputPorts", False), ("OutputPorts", True)):
            given = getattr(self, name)
            mark = "e" if is_output else "d"
            names = (name.removesuffix("Ports"),) if given is Automatic else given.names
            for number, own in enumerate(names):
                found[own] = PortField(f"*{mark}{number} : k{mark}{number}", "", is_output)
        return found

    @property
    def output_names(self):
        """The names of the output ports, in order."""
        return tuple(name for name, field in self.port_fields.items() if field.is_output)

    def port_setting(self, name):
        """What stands at a port: a shape, a coder or Automatic."""
        for ports in (self.InputPorts, self.OutputPorts):
            if ports is not Automatic and name in ports.names:
                return ports[name]
        return getattr(self, name)

    def with_ports(self, ports: Mapping[str, Any]):
        """Return this layer with other shapes or coders at its ports."""
        found = dict(ports)
        for field in ("InputPorts", "OutputPorts"):
            given = getattr(self, field)
            inner = (
                {} if given is Automatic else {n: found.pop(n) for n in given.names if n in found}
            )
            if inner:
                found[field] = given.having(inner)
        return replace(self, **found)

    def multiply_adds(self):
        return Automatic

    def formula(self, sp, at, **inputs):
        self._refuse("a formula")

    def apply(self, xp, **inputs):
        self._refuse("a computation")

    def _refuse(self, what: str) -> NoReturn:
        raise NetError(
            "A placeholder computes nothing.",
            layer=self.brief(),
            expected="a layer in its place",
            got=what,
        )
