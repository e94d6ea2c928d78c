"""Write the pages of the docs that come from the layers: `python -m docs.build [folder]`."""

from __future__ import annotations

import sys
from pathlib import Path

from docs import formulas, gallery, layers, pictures


def build(folder: Path) -> None:
    """Write the pages of layers, formulas and activations, and the picture, into a folder."""
    layers.build(folder)
    formulas.build(folder)
    gallery.build(folder)
    pictures.build(folder)


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
