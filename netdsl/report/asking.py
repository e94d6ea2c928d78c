"""What Information and its like can be asked about, and how they refuse what they cannot."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import BuiltinFunctionType, FunctionType
from typing import Any, NoReturn

from netdsl.errors import NetError, SettingError
from netdsl.foreign import property_meant
from netdsl.nets.container import Container
from netdsl.nets.shorthand import as_net
from netdsl.spec import Coder, Layer, Net
from netdsl.spec.fields import short

PLAIN = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)

FEW = 4
"""Arrays of more elements are described in a call that is offered."""


def is_known(value: object) -> bool:
    """Whether Information gives a report of a value."""
    return isinstance(value, Net | Coder) or is_layers(value)


def is_layers(value: object) -> bool:
    """Whether a value is a class of layers."""
    return isinstance(value, type) and issubclass(value, Layer) and value is not Layer


def asked(thing: Any, prop: Any, properties: Mapping[str, Callable[[Any], Any]]) -> Any:
    """Return the property of that name; another name is met with the nearest."""
    if isinstance(prop, str) and prop in properties:
        return properties[prop](thing)
    raise SettingError(
        "There is no such property.",
        call="Information",
        setting="prop",
        expected='one of those that Information(..., "Properties") lists',
        got=short(prop),
        nearest="Information([a, b])" if is_known(prop) else property_meant(prop, properties),
    )


def made_of(value: Any) -> str | None:
    """Return the call that makes a net of a shorthand, None for what stands for no layer.

    A Python function is not called to see whether it does.
    """
    parts: list[Any] = value if isinstance(value, list) else [value]
    if any(isinstance(part, FunctionType | BuiltinFunctionType | type) for part in parts):
        return None
    try:
        return as_net(value, at="net", in_chain=True).source(FEW)
    except NetError:
        return None


def refuse_shorthand(value: object, call: str) -> NoReturn:
    """Refuse what stands for a layer inside a net; `call` makes the net of it."""
    raise SettingError(
        "This stands for a layer inside a net only.",
        call="Information",
        expected="a layer, a chain, a graph, an encoder or a decoder",
        got=short(value),
        nearest=f"Information({call})",
    )


def refuse(value: object, call: str, expected: str, *kinds: type[Any]) -> NoReturn:
    """Refuse what a function is not about; a class is met with the call that makes one."""
    is_class = isinstance(value, type)
    raise SettingError(
        f"This is not what {call} is about.",
        call=call,
        expected=expected,
        got=f"the class {value.__name__}" if is_class else short(value),
        nearest=_calls(value) if is_class and issubclass(value, kinds) else None,
    )


def _calls(kind: type[Any]) -> str | tuple[str, ...] | None:
    """Return how one of a class is made, with the names of what must be given."""
    if issubclass(kind, Coder):
        from netdsl.report.coders import calls

        return calls(kind)
    if kind is Layer or "__init__" not in vars(kind):
        return None
    _, *parameters = inspect.signature(kind.__init__).parameters.values()
    needed = [each.name for each in parameters if each.default is each.empty and each.kind in PLAIN]
    if issubclass(kind, Container) and not needed:
        return f"{kind.__name__}([...])"
    return f"{kind.__name__}({', '.join(needed)})"
