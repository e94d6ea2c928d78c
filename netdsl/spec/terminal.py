"""The terminal in which something is printed."""

from __future__ import annotations

import shutil
import sys


def terminal_width() -> int | None:
    """Return how many characters a line of the terminal has, None where there is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
