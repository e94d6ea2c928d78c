"""What the command formula answers."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any

import netdsl
from netdsl.commands.ports import no_port, with_ports
from netdsl.commands.printing import as_json
from netdsl.files.argument import UsageError, net_named, sizes_named
from netdsl.report.plain import plain
from netdsl.spec import Net
from netdsl.spec.terminal import terminal_width


def formula(given: Namespace) -> str:
    """Return what each output is, or entries of it or derivatives, as formulas or as code."""
    net = with_ports(net_named(given.net), given.ports)
    entries = netdsl.Automatic if given.entry is None else _entries(given.entry)
    form = netdsl.Automatic if given.form is None else given.form.capitalize()
    found = {
        name: list(_asked(netdsl.Formula(net, name, Form=form, Entries=entries), given))
        for name in _outputs(net, given)
    }
    if given.json:
        shown = {name: [_as_json(each, given) for each in all_] for name, all_ in found.items()}
        return as_json({name: all_[0] if len(all_) == 1 else all_ for name, all_ in shown.items()})
    texts = [_text(each, given) for each_output in found.values() for each in each_output]
    return ("\n\n" if given.code else "\n").join(texts)


def _outputs(net: Any, given: Namespace) -> tuple[str, ...]:
    if not isinstance(net, Net):
        return (given.output or "Output",)  # what is refused at once
    if given.output is None:
        return net.output_names
    known = (*net.output_names, *net.state_names)
    if given.output not in known:
        raise UsageError(no_port("output", given.output, known))
    return (given.output,)


def _entries(words: list[str]) -> Any:
    """Return the entry that is asked for by its indices, a list where there are several, or All.

    >>> _entries(["0,1"]), _entries(["0", "2"]), _entries(["all"])
    ((0, 1), [(0,), (2,)], All)
    """
    if "all" in words:
        return netdsl.All
    found = [sizes_named(word) for word in words]
    for word, at in zip(words, found, strict=True):
        if not isinstance(at, tuple) or not all(isinstance(index, int) for index in at):
            raise UsageError(f"--entry {word}: indices are numbers from 0, such as 0,1, or all")
    return found if len(found) > 1 else found[0]


def _asked(formula: Any, given: Namespace) -> Iterator[Any]:
    """Yield a formula, or what is asked for of it, entry by entry."""
    if given.diff is None and given.code is None:
        yield formula
        return
    for each in formula.values() if isinstance(formula, Mapping) else (formula,):
        yield each if given.diff is None else each.diff(_position(given.diff))


def _position(text: str) -> Any:
    """Return a name in a formula, or a position.

    >>> _position("Weights"), _position("1,Weights")
    ('Weights', (1, 'Weights'))
    """
    items = [item.strip() for item in text.split(",")]
    found = tuple(int(item) if item.lstrip("-").isdecimal() else item for item in items)
    return found if len(found) > 1 else items[0]


def _text(formula: Any, given: Namespace) -> str:
    if given.code is not None:
        return formula.code(given.code).rstrip("\n")
    return formula.latex() if given.latex else formula.text(terminal_width())


def _as_json(formula: Any, given: Namespace) -> dict[str, Any]:
    code = {} if given.code is None else {"code": formula.code(given.code)}
    return {**plain(formula), **code}
