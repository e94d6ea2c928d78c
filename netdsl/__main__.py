"""The command line: `netdsl info`, `netdsl shapes`, `netdsl formula`, `netdsl demo`."""

from __future__ import annotations

import argparse
import os
import re
import sys
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import netdsl
from netdsl.errors import NetError, nearest
from netdsl.files.argument import UsageError, net_named, sizes_named
from netdsl.files.plain import as_json, json_of, lines_of
from netdsl.report.table import PLAIN, Table, terminal_width
from netdsl.spec import Net

USED, WRONG, MISUSED, STOPPED = 0, 1, 2, 130
"""What the command returns: all is fine, the net is wrong, the call is, or Ctrl-C was pressed."""

NET = """NET is a file, an expression in the notation, or - for standard input; a file that exists
comes first. A file holds one expression as text, as Information(net, "InputForm") writes it.
Nothing in it is run."""

SIZES = """SIZES are separated by commas: numbers, names such as n, ? for an open size, Varying for
a length; Integer at the end for integers. In brackets or quotes the notation itself is read.
Any port of the net can be given by its name: --Mask n,n."""

EXAMPLES = {
    "info": """examples:
  netdsl info "NetChain([LinearLayer(3), Tanh], Input=2)"
  netdsl info lenet.net --Input 1,28,28 --json
  netdsl info lenet.net --property ArraysTotalElementCount
  netdsl info ConvolutionLayer        the settings, ports and arrays of a layer""",
    "shapes": """examples:
  netdsl shapes "ConvolutionLayer(8, 3)" --Input 3,h,w
  netdsl shapes lenet.net --Input ?,28,28 --json""",
    "formula": """examples:
  netdsl formula "SoftmaxLayer(Input=3)" --latex
  netdsl formula lstm.net --output Output""",
}


FORMATS = {"html": "_repr_html_", "markdown": "to_markdown", "latex": "to_latex"}
"""The forms of a report beside text, and what gives them."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, 1 for a wrong net and 2 for a wrong call.

    Results go to standard output, errors to standard error.
    """
    parser, commands = _parsers()
    words, ports = _without_ports(list(sys.argv[1:] if arguments is None else arguments), commands)
    given, rest = parser.parse_known_args(words)
    if rest:
        commands.get(given.command, parser).error(_unknown(rest, commands.get(given.command)))
    if given.command is None:
        parser.print_help()
        return USED
    given.ports = ports
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", netdsl.RenamedWarning)
            warnings.showwarning = _note
            _print(given.run(given))
    except (UsageError, NetError) as error:
        _tell(error, given)
        return MISUSED if isinstance(error, UsageError) else WRONG
    except BrokenPipeError:  # whoever read the output has seen enough, as `| head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WRONG
    except KeyboardInterrupt:
        return STOPPED
    return USED


# ---- what is asked -----------------------------------------------------------------------------


def _info(given: argparse.Namespace) -> str:
    net = _with_ports(net_named(given.net), given.ports)
    if given.property is not None:
        value = netdsl.Information(net, given.property)
        return as_json(json_of(value)) if given.json else lines_of(value)
    if given.format == "svg":
        return netdsl.Information(net, "SummaryGraphic")._repr_svg_()
    report = netdsl.Information(net)
    if given.json:
        return as_json(
            json_of_class(report) if isinstance(net, type) else json_of(report.to_dict())
        )
    if given.format == "text":
        return report.text(given.width or terminal_width())
    form = getattr(report, FORMATS[given.format], None)
    if form is None:
        raise UsageError(f"--format {given.format}: this report has no such form")
    return form()


def _shapes(given: argparse.Namespace) -> str:
    net = net_named(given.net)
    table = netdsl.NetShapes(net, **_sizes(net, given.ports))
    if given.json:
        return as_json(json_of_shapes(table))
    return table.latex() if given.latex else table.text(given.width or terminal_width())


def _formula(given: argparse.Namespace) -> str:
    net = _with_ports(net_named(given.net), given.ports)
    found = netdsl.Information(net, "Formula")
    formulas = found if isinstance(found, dict) else {net.output_names[0]: found}
    if given.output is not None:
        if given.output not in formulas:
            raise UsageError(_no_port("output", given.output, formulas))
        formulas = {given.output: formulas[given.output]}
    if given.json:
        return as_json(json_of(formulas))
    return "\n".join(each.latex() if given.latex else str(each) for each in formulas.values())


def _demo(given: argparse.Namespace) -> str:
    from netdsl.demo import run

    run(given.rounds)
    return ""


# ---- ports -------------------------------------------------------------------------------------


def _without_ports(words: list[str], known: Mapping[str, argparse.ArgumentParser]) -> Any:
    """Return the words without the ports in them, and these: their names are those of the net."""
    kept, ports, left = list[str](), dict[str, Any](), list(words)
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


def _is_port(name: str, equals: str, parser: argparse.ArgumentParser) -> bool:
    """Whether an option names a port: by a capital letter, or with = by being no other option."""
    is_other = f"--{name}" in _options(parser) and name not in ("Input", "Output")
    return name.isidentifier() and not is_other and (name[0].isupper() or bool(equals))


def _options(parser: argparse.ArgumentParser) -> list[str]:
    return ["--help", *re.findall(r"--[\w-]+", parser.format_usage())]


def _with_ports(net: Any, ports: Mapping[str, str]) -> Any:
    """Return a net with what is given at its ports."""
    return net.with_ports(_sizes(net, ports)) if ports else net


def _sizes(net: Any, ports: Mapping[str, str]) -> dict[str, Any]:
    """Return what is given at ports; see that the net has them."""
    known = (*net.input_names, *net.output_names) if isinstance(net, Net) else ()
    for name in ports:
        if name not in known:
            raise UsageError(_no_port("port", name, known))
    return {name: sizes_named(text) for name, text in ports.items()}


def _no_port(what: str, name: str, known: Iterable[str]) -> str:
    meant = nearest(name, known)
    hint = f"; nearest: {meant}" if meant else ""
    return f"NET has no {what} {name}; it has {', '.join(known) or 'none'}{hint}"


def _unknown(rest: list[str], parser: argparse.ArgumentParser | None) -> str:
    """Say what is wrong with words that are left over, and what they may have been."""
    said = f"unrecognized arguments: {' '.join(rest)}"
    known = () if parser is None else _options(parser)
    meant = nearest(rest[0], known, 0.65)
    if meant is None and parser is not None and len(rest) > 1 and rest[0].startswith("--"):
        meant = f"{rest[0]}={rest[1]}, for a port with a small letter"
    return f"{said}; nearest: {meant}" if meant else said


# ---- what is printed ---------------------------------------------------------------------------


def json_of_shapes(table: Any) -> dict[str, Any]:
    """Return the shapes of a net as JSON can hold them; an open size is None."""
    rows = [
        {
            "path": list(row.path),
            "layer": row.layer,
            "kind": row.kind,
            "name": row.name,
            "dims": json_of(row.dims),
            "text": row.text.translate(PLAIN),
        }
        for row in table.rows
    ]
    facts = {"facts": list(table.facts), "open_because": list(table.open_because)}
    return {"rows": rows, "parameters": json_of(table.parameters), **facts}


def json_of_class(report: Any) -> dict[str, Any]:
    """Return what a class of layers declares as JSON can hold it."""
    tables = {name: _rows(getattr(report, name)) for name in ("settings", "ports", "arrays")}
    return {"call": report.call, "does": report.does, **tables}


def _rows(table: Table) -> list[dict[str, str]]:
    return [
        {
            name or "kind": ", ".join(cell).translate(PLAIN)
            for name, cell in zip(table.columns, cells, strict=True)
        }
        for line in table.lines
        for _, cells in line.walk()
    ]


def _print(text: str) -> None:
    """Print to the end, whatever the encoding of the output has no sign for."""
    if text:
        encoding = sys.stdout.encoding or "utf-8"
        print(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()


def _tell(error: Exception, given: argparse.Namespace) -> None:
    """Say on standard error what is wrong: as text, or as JSON where that was asked for."""
    if not getattr(given, "json", False):
        print(f"netdsl: {error}", file=sys.stderr)
        return
    kind = type(error).__name__ if isinstance(error, NetError) else "usage"
    facts = error.facts if isinstance(error, NetError) else {}
    sentence = error.sentence if isinstance(error, NetError) else str(error)
    document = {"error": {"kind": kind, "message": sentence, "facts": json_of(facts)}}
    print(as_json(document), file=sys.stderr)


def _note(message: Warning | str, *_: Any) -> None:
    print(f"netdsl: note: {message}", file=sys.stderr)


# ---- what may be given -------------------------------------------------------------------------


def _parsers() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """Return the parser, and those of the commands that take a net."""
    parser = argparse.ArgumentParser(
        prog="netdsl",
        description="Neural nets as symbolic objects: look at one, or watch one being trained.",
        epilog="netdsl COMMAND --help says more of each.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"netdsl {netdsl.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    asking = {
        "info": (_info, "what a net is made of, with its sizes and counts"),
        "shapes": (_shapes, "the shape of every port and array, from the sizes that are given"),
        "formula": (_formula, "one entry of the output as a formula"),
    }
    known = {name: _asking(commands, name, run, words) for name, (run, words) in asking.items()}
    _add_options(known)
    demo = commands.add_parser("demo", help="declare, look at and train a net on Fisher's iris")
    demo.add_argument("--rounds", type=_whole, default=150, help="training rounds (150)")
    demo.set_defaults(run=_demo)
    return parser, known


def _asking(commands: Any, name: str, run: Any, words: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=words,
        description=f"Print {words}.\n\n{NET}",
        epilog=f"{SIZES}\n\n{EXAMPLES[name]}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(run=run)
    parser.add_argument("net", metavar="NET", help="a file, an expression, or -")
    for port in ("Input", "Output"):
        parser.add_argument(f"--{port}", metavar="SIZES", help=f"what stands at the port {port}")
    parser.add_argument("--json", action="store_true", help="print JSON, errors too")
    return parser


def _add_options(known: Mapping[str, argparse.ArgumentParser]) -> None:
    """Add the options that the commands do not share."""
    info, shapes, formula = known["info"], known["shapes"], known["formula"]
    for parser in (info, shapes):
        parser.add_argument(
            "--width", type=_whole, metavar="N", help="the longest line; else the terminal's"
        )
    for parser in (shapes, formula):
        parser.add_argument("--latex", action="store_true", help="print LaTeX")
    info.add_argument(
        "--property", metavar="NAME", help="one property, in full; Properties lists their names"
    )
    info.add_argument(
        "--format", choices=("text", *FORMATS, "svg"), default="text", help="the form of the report"
    )
    formula.add_argument("--output", metavar="PORT", help="the formula of this output alone")


def _whole(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("a whole number from 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
