"""The command line: `netdsl demo`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import netdsl
from netdsl.errors import NetError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, or 1 with the reason on standard error."""
    parser = argparse.ArgumentParser(
        prog="netdsl", description="Neural nets as symbolic objects, run on numpy."
    )
    parser.add_argument("--version", action="version", version=f"netdsl {netdsl.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    demo = commands.add_parser("demo", help="declare, look at and train a net on Fisher's iris")
    demo.add_argument("--rounds", type=_rounds, default=150, help="training rounds (150)")
    given = parser.parse_args(arguments)
    if given.command is None:
        parser.print_help()
        return 0
    from netdsl.demo import run

    try:
        run(given.rounds)
    except NetError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever read the output has seen enough, as `| head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def _rounds(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least one round")
    return number


if __name__ == "__main__":
    sys.exit(main())
