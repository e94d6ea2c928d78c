"""Ports on a command line: options with the names that the net gives them."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from typing import Any

from netdsl.errors import nearest
from netdsl.files.argument import UsageError, sizes_named
from netdsl.spec import Net


def without_ports(
    words: list[str], known: Mapping[str, ArgumentParser]
) -> tuple[list[str], dict[str, str]]:
    """Return the words without the ports in them, and these by name with their sizes."""
    kept, ports, left = list[str](), dict[str, str](), list(words)
    parser = known.get(words[0]) if words else None
    while left:
        word = left.pop(0)
        name, equals, text = word.removeprefix("--").partition("=")
        if parser is None or not word.startswith("--") or not _is_port(name, equals, parser):
            kept.append(word)
            if word == "--":
                return [*kept, *left], ports
            continue
        if not equals and not left:
            parser.error(f"argument --{name}: expected sizes, such as 3,h,w")
        if name in ports:
            parser.error(f"argument --{name}: given twice")
        ports[name] = text if equals else left.pop(0)
    return kept, ports


def _is_port(name: str, equals: str, parser: ArgumentParser) -> bool:
    """Whether an option names a port: by a capital letter, or with = by being no other option."""
    is_other = f"--{name}" in options(parser) and name not in ("Input", "Output")
    return name.isidentifier() and not is_other and (name[0].isupper() or bool(equals))


def options(parser: ArgumentParser) -> list[str]:
    """Return the options that a command has."""
    return ["--help", *re.findall(r"--[\w-]+", parser.format_usage())]


def with_ports(net: Any, ports: Mapping[str, str]) -> Any:
    """Return a net with what is given at its ports."""
    given = sizes(net, ports)
    return net.with_ports(given) if given else net


def sizes(net: Any, ports: Mapping[str, str]) -> dict[str, Any]:
    """Return what is given at ports; see that the net has them."""
    if ports and not isinstance(net, Net):
        raise UsageError(f"--{next(iter(ports))}: only a net has ports with sizes")
    known = (*net.input_names, *net.output_names) if isinstance(net, Net) else ()
    for name in ports:
        if name not in known:
            raise UsageError(no_port("port", name, known))
    return {name: sizes_named(text) for name, text in ports.items()}


def no_port(what: str, name: str, known: Iterable[str]) -> str:
    """Say that a net has no port of a name, and which it has."""
    meant = nearest(name, known)
    hint = f"; nearest: {meant}" if meant else ""
    return f"NET has no {what} {name}; it has {', '.join(known) or 'none'}{hint}"
