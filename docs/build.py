"""Write the pages of the docs that come from the layers: `python -m docs.build [folder]`."""

from __future__ import annotations

import sys
from pathlib import Path

from docs import formulas, gallery


def build(folder: Path) -> None:
    """Write the gallery of activations and the page of formulas into a folder."""
    gallery.build(folder)
    formulas.build(folder)


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
