"""What a port takes, in words: sizes by their names, limits that are open by where they stand."""

from __future__ import annotations

from netdsl.dims import Pattern, PortType
from netdsl.spec import Layer, Net


def in_words(kind: PortType, least: int = 0, last: str = "") -> str:
    """Say what a port takes that has at least so many dimensions; `last` names the top integer.

    >>> in_words(PortType(), 1)
    'array of rank 1 or more'
    >>> in_words(PortType((4,), "Integer", 1), last="n")
    'vector of size 4, integers 1..n'
    """
    noun, limits = "integer" if kind.element == "Integer" else "real", _limits(kind, last)
    plain = noun == "real" and not limits
    if kind.dims == ():
        return f"{noun}{limits}"
    if kind.dims is not None:
        return f"{PortType(kind.dims)}" + ("" if plain else f", {noun}s{limits}")
    where = f"array of rank {least} or more" if least else "array of any rank"
    if plain:
        return where if least else str(PortType())
    return f"{noun}s{limits}{',' if ' to ' in limits else ''} in an {where}"


def _limits(kind: PortType, last: str) -> str:
    if kind.first is None:
        return ""
    top = last if kind.last is None else str(kind.last)
    return f" from {kind.first} to {top}" if " " in top else f" {kind.first}..{top}"


def least_rank(net: Net, port: str) -> int:
    """Return how many dimensions the pattern of a port asks for; a net of nets has none.

    >>> least_rank(SoftmaxLayer(), "Input")
    1
    """
    if not isinstance(net, Layer):
        return 0
    atoms = net.port_fields[port].pattern(net).atoms
    return sum(1 if atom.at_least is None else atom.at_least for atom in atoms)


def last_integer(net: Net, port: str) -> str:
    """Return where the size stands up to which the integers at a port of a layer go.

    >>> last_integer(CrossEntropyLossLayer("Index"), "Target")
    'the last size of Input'
    """
    if not isinstance(net, Layer):
        return ""
    patterns = {name: field.pattern(net) for name, field in net.port_fields.items()}
    last = patterns[port].last
    if not isinstance(last, str):
        return ""
    found = (_spot(last, name, pattern) for name, pattern in patterns.items())
    return next(filter(None, found), last)


def _spot(size: str, port: str, pattern: Pattern) -> str:
    names = ["" if atom.is_row else atom.name for atom in pattern.atoms]
    ends = [word for word, at in (("last", -1), ("first", 0)) if names and names[at] == size]
    return f"the {ends[0]} size of {port}" if ends else ""


def legend(patterns: list[Pattern]) -> str:
    """Return a line on how patterns are read, on those signs that occur in them.

    >>> from netdsl.dims import pattern
    >>> legend([pattern("*d c"), pattern("*d : 1..c")])
    '*d: any number of dimensions d; equal names are equal sizes; after a colon: the entries'
    """
    atoms = [atom for each in patterns for atom in each.atoms if not atom.name.isdigit()]
    settings = [atom.name for atom in atoms if atom.is_setting]
    names = [atom.name for atom in atoms if not atom.is_setting]
    rows = {atom.at_least: atom.name for atom in reversed(atoms) if atom.name in names}
    said = [f"*{rows[0]}: any number of dimensions {rows[0]}"] if 0 in rows else []
    said += [f"+{rows[1]}: one or more dimensions {rows[1]}"] if 1 in rows else []
    said += ["equal names are equal sizes"] if len(names) > len(set(names)) else []
    said += [f"{settings[0]}: the setting"] if settings else []
    said += ["after a colon: the entries"] if any(":" in each.text for each in patterns) else []
    return "; ".join(said)
