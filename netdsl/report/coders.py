"""CoderReport: what an encoder or a decoder says of itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from netdsl.coders.declared import DeclaredCoder
from netdsl.coders.decoder import NetDecoder
from netdsl.report.facts import SettingFacts
from netdsl.report.plain import plain
from netdsl.report.printed import Printed
from netdsl.report.sheets import doc_of
from netdsl.report.table import Line, Table
from netdsl.report.words import in_words
from netdsl.spec import Coder
from netdsl.spec.fields import declared, short

LONG = 40
"""Values of parameters are cut to so many characters in the table."""


@dataclass(frozen=True, repr=False)
class CoderReport(Printed):
    """The type of a coder, its parameters, the type of the port it stands at.

    >>> report = CoderReport(NetEncoder("Class", ["cat", "dog"]))
    >>> report.type, report.port
    ('Class', 'integer 1..2')
    """

    coder: Coder

    @property
    def type(self) -> str:
        """The name of the kind; the class of a coder that has none."""
        if isinstance(self.coder, DeclaredCoder):
            return self.coder.Type
        return type(self.coder).__name__

    @property
    def parameters(self) -> tuple[SettingFacts, ...]:
        """The parameters as data, in the order in which they are given."""
        if not isinstance(self.coder, DeclaredCoder):
            return ()
        fields = sorted(_fields(type(self.coder)), key=lambda field: field.kw_only is True)
        return tuple(
            SettingFacts(
                field.name, getattr(self.coder, field.name), field.default, declared(field).doc
            )
            for field in fields
        )

    @property
    def port(self) -> str:
        """What the array at the port is, in words."""
        return in_words(self.coder.port_type)

    @property
    def properties(self) -> tuple[str, ...]:
        """What a decoder can be asked of an array, the first where nothing is asked."""
        return tuple(self.coder.properties) if isinstance(self.coder, NetDecoder) else ()

    def _sections(self) -> tuple[str | Table, ...]:
        kind = "NetDecoder" if self.coder.is_decoder else "NetEncoder"
        does = "takes" if self.coder.is_decoder else "gives"
        asked = f"properties: {', '.join(self.properties)}" if self.properties else ""
        heading = f"{kind} {self.type!r}: {does} {self.port}"
        return heading, doc_of(type(self.coder)), self._table(), asked

    def _table(self) -> Table:
        """Return every parameter with its value, its default and what it is for."""
        lines: list[Line] = []
        for each in self.parameters:
            missing = each.default is dataclasses.MISSING
            default = "required" if missing else short(each.default, LONG)
            texts = (each.name, short(each.value, LONG), default, each.doc)
            lines.append(Line(tuple((text,) for text in texts)))
        columns = ("parameter", "value", "default", "meaning")
        return Table(columns, tuple(lines), remark="meaning")

    def to_dict(self) -> dict[str, Any]:
        """Return the report as dicts, lists, numbers and text, as json writes them."""
        return {
            "kind": "NetDecoder" if self.coder.is_decoder else "NetEncoder",
            "type": self.type,
            "parameters": {each.name: plain(each.value) for each in self.parameters},
            "port": {"dims": plain(self.coder.port_type.dims), "text": self.port},
            "properties": list(self.properties),
        }


def _fields(kind: type[Any]) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(kind)


PROPERTIES: Mapping[str, Callable[[Coder], Any]] = {
    "InputForm": repr,
    "Parameters": lambda coder: {each.name: each.value for each in CoderReport(coder).parameters},
    "PortType": lambda coder: coder.port_type.spec(),
    "Properties": lambda coder: list(PROPERTIES),
    "Type": lambda coder: CoderReport(coder).type,
}
"""What Information gives of a coder by name."""


def calls(kind: type[Coder]) -> str | tuple[str, ...] | None:
    """Return how coders of a class are made, with the names of what must be given.

    >>> calls(NetEncoder)
    ("NetEncoder('Boolean')", "NetEncoder('Class', Labels)", ...)
    """
    if not issubclass(kind, DeclaredCoder):
        return None
    name = getattr(kind, "Type", None)
    kinds = kind.kinds if name is None else {name: kind}
    return tuple(_call(each, name) for name, each in kinds.items())


def _call(kind: type[Any], name: str) -> str:
    needed = [each.name for each in _fields(kind) if each.default is dataclasses.MISSING]
    return f"{kind.public}({', '.join((repr(name), *needed))})"
