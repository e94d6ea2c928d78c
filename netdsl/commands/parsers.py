"""What may be given on the command line, and what --help says of it."""

from __future__ import annotations

import math
import re
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from typing import Any

import netdsl
from netdsl.commands.answers import DRAWINGS, REPORTS, demo, diff, info, shapes
from netdsl.commands.formula import formula
from netdsl.commands.ports import options
from netdsl.errors import nearest

LANGUAGES = ("numpy", "c", "wolfram", "julia")

NET = """NET is a file, an expression in the notation, or - for standard input; a file that exists
comes first. A file holds one expression as text, as Information(net, "InputForm") writes it.
Nothing in it is run."""

SIZES = """SIZES are separated by commas: numbers, names such as n, ? for an open size, Varying for
a length; Integer at the end for integers. In brackets or quotes the notation itself is read.
Any port of the net can be given by its name: --Mask n,n."""

DOES = {
    "info": "what a net is made of, with its sizes and counts; of several, side by side",
    "shapes": "the shape of every port and array, from the sizes that are given",
    "formula": "what a net computes as a formula, its derivatives, or a function in a language",
    "diff": "what differs between two nets in structure, shapes and arrays",
}

MORE = {
    "diff": """

The exit code is 0 if nothing differs, 1 if something does, 2 if a net or the call is wrong.""",
    "info": """

A layer by its name alone, such as LinearLayer, is that layer in general; encoders and decoders
have a report too.""",
}
"""What the help of a command says beside."""

EXAMPLES = {
    "info": """examples:
  netdsl info "NetChain([LinearLayer(3), Tanh], Input=2)"
  netdsl info lenet.net --Input 1,28,28 --json
  netdsl info lenet.net --format svg > lenet.svg      the drawing, with all nested nets
  netdsl info lenet.net --property ArraysTotalElementCount
  netdsl info lenet.net resnet.net    the nets beside each other
  netdsl info ConvolutionLayer        the settings, ports and arrays of a layer""",
    "shapes": """examples:
  netdsl shapes "ConvolutionLayer(8, 3)" --Input 3,h,w
  netdsl shapes lenet.net --Input ?,28,28 --json""",
    "formula": """examples:
  netdsl formula "SoftmaxLayer(Input=3)" --latex
  netdsl formula "[3, Tanh, 2]" --Input n --form composed
  netdsl formula small.net --entry 0 --entry 1        without sums, with the numbers of arrays
  netdsl formula small.net --diff 1,Weights           by the entries of an array
  netdsl formula small.net --code c > small.c""",
    "diff": """examples:
  netdsl diff before.net after.net
  netdsl diff before.net after.net --tolerance 1e-6 --json
  netdsl diff "[3, Tanh]" "[4, Tanh]" --Input n""",
}


def parsers() -> tuple[ArgumentParser, dict[str, ArgumentParser]]:
    """Return the parser, and those of the commands that take a net."""
    parser = ArgumentParser(
        prog="netdsl",
        description="Neural nets as symbolic objects: look at one, or watch one being trained.",
        epilog="netdsl COMMAND --help says more of each.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"netdsl {netdsl.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    known = {name: _asking(commands, name) for name in DOES}
    _add_info(known["info"])
    _add_shapes(known["shapes"])
    _add_formula(known["formula"])
    _add_diff(known["diff"])
    for each in known.values():
        _add_shared(each)
    shown = commands.add_parser("demo", help="declare, look at and train a net on Fisher's iris")
    shown.add_argument("--rounds", type=_whole, default=150, help="training rounds (150)")
    shown.set_defaults(run=demo)
    return parser, known


def _asking(commands: Any, name: str) -> ArgumentParser:
    return commands.add_parser(
        name,
        help=DOES[name],
        description=f"Print {DOES[name]}.\n\n{NET}{MORE.get(name, '')}",
        epilog=f"{SIZES}\n\n{EXAMPLES[name]}",
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _add_shared(parser: ArgumentParser) -> None:
    for port in ("Input", "Output"):
        parser.add_argument(f"--{port}", metavar="SIZES", help=f"what stands at the port {port}")
    parser.add_argument("--json", action="store_true", help="print JSON, errors too")


def _add_info(parser: ArgumentParser) -> None:
    parser.set_defaults(run=info)
    parser.add_argument("nets", metavar="NET", nargs="+", help="a file, an expression, or -")
    parser.add_argument(
        "--property", metavar="NAME", help="one property, in full; Properties lists their names"
    )
    _add_format(parser, (*REPORTS, *DRAWINGS))
    _add_width(parser)


def _add_shapes(parser: ArgumentParser) -> None:
    parser.set_defaults(run=shapes)
    _add_net(parser)
    parser.add_argument("--latex", action="store_true", help="print LaTeX")
    _add_width(parser)


def _add_formula(parser: ArgumentParser) -> None:
    parser.set_defaults(run=formula)
    _add_net(parser)
    parser.add_argument("--output", metavar="PORT", help="of this output alone")
    parser.add_argument(
        "--form",
        choices=("composed", "expanded"),
        help="names for what layers inside compute, or none; else whichever is shorter",
    )
    parser.add_argument(
        "--entry",
        metavar="INDICES",
        action="append",
        help="one entry of the output, such as 0,1 from 0, or all; can be given again",
    )
    parser.add_argument(
        "--diff", metavar="NAME", help="the derivative by an input or an array, as 1,Weights"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--latex", action="store_true", help="print LaTeX")
    form.add_argument("--code", choices=LANGUAGES, help="print a function in this language")


def _add_diff(parser: ArgumentParser) -> None:
    parser.set_defaults(run=diff)
    parser.add_argument("a", metavar="NET", help="a file, an expression, or -")
    parser.add_argument("b", metavar="NET", help="the one that it is compared with")
    parser.add_argument(
        "--tolerance",
        type=_size,
        default=0,
        metavar="X",
        help="entries of arrays at most so far apart are equal (0)",
    )
    _add_format(parser, tuple(REPORTS))
    _add_width(parser)


def _add_net(parser: ArgumentParser) -> None:
    parser.add_argument("net", metavar="NET", help="a file, an expression, or -")


def _add_format(parser: ArgumentParser, forms: tuple[str, ...]) -> None:
    choices = ("text", *forms)
    parser.add_argument("--format", choices=choices, default="text", help="the form of it")


def _add_width(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--width", type=_whole, metavar="N", help="the longest line; else the terminal's"
    )


def _whole(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or not int(text):
        raise ArgumentTypeError(f"expected a whole number from 1, got {text!r}")
    return int(text)


def _size(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise ArgumentTypeError(f"expected a number from 0, got {text!r}")
    return number


def unknown(rest: list[str], parser: ArgumentParser | None) -> str:
    """Say what is wrong with words that are left over, and what they may have been."""
    said = f"unrecognized arguments: {' '.join(rest)}"
    known = () if parser is None else options(parser)
    if parser is not None and rest[0] in known:
        return f"{rest[0]} stands behind the command: {parser.prog} NET {rest[0]}"
    meant = nearest(rest[0], known, 0.65)
    if meant is None and parser is not None and len(rest) > 1 and rest[0].startswith("--"):
        meant = f"{rest[0]}={rest[1]}, for a port with a small letter"
    return f"{said}; nearest: {meant}" if meant else said
