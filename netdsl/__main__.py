"""The command line: `netdsl info`, `netdsl shapes`, `netdsl formula`, `netdsl diff`."""

from __future__ import annotations

import os
import sys
import warnings
from argparse import Namespace
from collections.abc import Sequence

from netdsl.commands.parsers import parsers, unknown
from netdsl.commands.ports import without_ports
from netdsl.commands.printing import note, tell, write
from netdsl.errors import NetError, RenamedWarning
from netdsl.files.argument import UsageError

USED, WRONG, MISUSED, STOPPED = 0, 1, 2, 130
"""What the command returns: all is fine, the net is wrong, the call is, or Ctrl-C was pressed."""

DIFFERS, TROUBLE = 1, 2
"""What diff returns if something differs, and if a net or the call is wrong: as any diff does."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, 1 for a wrong net and 2 for a wrong call.

    Of diff 1 means that something differs, and 2 all that is wrong. Results go to standard
    output, errors to standard error.
    """
    parser, commands = parsers()
    words, ports = without_ports(list(sys.argv[1:] if arguments is None else arguments), commands)
    given, rest = parser.parse_known_args(words)
    if rest and hasattr(given, "nets") and not any(word.startswith("--") for word in rest):
        given.nets, rest = [*given.nets, *rest], []  # nets that stand behind an option
    if rest:
        commands.get(given.command, parser).error(unknown(rest, commands.get(given.command)))
    if given.command is None:
        parser.print_help()
        return USED
    given.ports = ports
    return _answer(given)


def _answer(given: Namespace) -> int:
    """Print what a command answers, and return its exit code."""
    is_diff = given.command == "diff"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", RenamedWarning)
            warnings.showwarning = note
            write(given.run(given))
    except (UsageError, NetError) as error:
        tell(error, getattr(given, "json", False))
        wrong = TROUBLE if is_diff else WRONG
        return MISUSED if isinstance(error, UsageError) else wrong
    except BrokenPipeError:  # whoever read the output has seen enough, as `| head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WRONG
    except OSError as error:  # for instance of a full disk
        return _unwritten(error)
    except KeyboardInterrupt:
        return STOPPED
    return DIFFERS if is_diff and given.differs else USED


def _unwritten(error: OSError) -> int:
    """Say why something is not read or written, and drop the rest of it, which Python would try."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    tell(UsageError(f"reading or writing fails: {(error.strerror or str(error)).lower()}"), False)
    return MISUSED


if __name__ == "__main__":
    sys.exit(main())
