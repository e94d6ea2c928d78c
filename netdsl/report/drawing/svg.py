"""A scene as SVG: text that stands for itself, without styles or names that others could meet."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from netdsl.report.drawing.families import FAMILIES, INK, LINE, MUTED, PAPER, SHARED
from netdsl.report.drawing.routes import Piece
from netdsl.report.drawing.scene import Box, Curve, Scene, Text
from netdsl.report.drawing.widths import FONT, STYLES, visible

INKS = {
    "title": INK,
    "key": MUTED,
    "plain": INK,
    "small": MUTED,
    "label": MUTED,
    "port": MUTED,
    **{f"shared{at}": colour for at, colour in enumerate(SHARED)},
}
"""The colour of each style of text."""

STACK = 3.0
"""How far the box behind a box stands out that stands for a whole net."""


def svg(scene: Scene, about: str) -> str:
    """Return the scene as the text of an SVG file; `about` is what it is, in words.

    Paper is drawn too, so that it is readable on a dark page.
    """
    width, height = _number(scene.width), _number(scene.height)
    frames = [box for box in scene.boxes if box.node.inner is not None]
    leaves = [box for box in scene.boxes if box.node.inner is None]
    texts: dict[int, list[Text]] = {}
    for text in scene.texts:
        texts.setdefault(id(text.owner), []).append(text)
    size = f'width="{width}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width} {height}"',
        f'  role="img" font-family="{escape(FONT)}">',
        f"<title>{_text(about)}</title>",
        f'<rect {size} rx="6" fill="{PAPER}"/>',
        *(_box(box, texts.get(id(box), [])) for box in frames),
        *(_behind(box) for box in leaves if box.node.is_stacked),
        f'<g fill="none" stroke="{LINE}" stroke-width="1.2">',
        *(_way(curve) for curve in scene.curves),
        "</g>",
        f'<g fill="{LINE}">',
        *(_arrow(curve) for curve in scene.curves if curve.has_arrow),
        "</g>",
        *(_box(box, texts.get(id(box), [])) for box in leaves),
        *(_words(text) for text in texts.get(id(None), [])),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _box(box: Box, texts: list[Text]) -> str:
    node = box.node
    is_frame = node.inner is not None
    kind = "frame" if is_frame else node.form
    lines = [f'<g class="{kind}">', f"<title>{_text(node.about)}</title>"]
    lines += [_area(box, is_frame), *(_words(text) for text in texts), "</g>"]
    return "\n".join(lines)


def _area(box: Box, is_frame: bool) -> str:
    family = box.node.family
    if is_frame:
        family = "frame" if box.depth % 2 == 0 else "frame2"
    area, border = FAMILIES[family]
    round_ = box.height / 2 if box.node.form == "port" else 8 if is_frame else 5
    return _rect(box, area, border, min(round_, 14))


def _behind(box: Box) -> str:
    """Return the box behind one that stands for a whole net."""
    return _rect(box, *FAMILIES[box.node.family], 5, shift=STACK)


def _rect(box: Box, area: str, border: str, radius: float, shift: float = 0.0) -> str:
    x, y = _number(box.x + shift), _number(box.y - shift)
    size = f'width="{_number(box.width)}" height="{_number(box.height)}"'
    return f'<rect x="{x}" y="{y}" {size} rx="{_number(radius)}" fill="{area}" stroke="{border}"/>'


def _words(text: Text) -> str:
    size, is_bold = STYLES[text.style]
    weight = ' font-weight="bold"' if is_bold else ""
    about = f"<title>{_text(text.about)}</title>" if text.about else ""
    place = f'x="{_number(text.x)}" y="{_number(text.y)}"'
    fill = INKS[text.style]
    words = _text(text.text)
    return f'<text {place} font-size="{_number(size)}"{weight} fill="{fill}">{about}{words}</text>'


def _way(curve: Curve) -> str:
    return f'<path d="{"".join(_pieces(curve.pieces))}"/>'


def _pieces(pieces: tuple[Piece, ...]) -> Iterator[str]:
    at = None
    for piece in pieces:
        if piece[0] != at:
            yield f"M{_point(piece[0])}"
        letter = {2: "L", 3: "Q", 4: "C"}[len(piece)]
        yield letter + " ".join(_point(point) for point in piece[1:])
        at = piece[-1]


def _arrow(curve: Curve) -> str:
    """Return a head at the end of an edge, which comes from above."""
    return f'<path d="M{_point(curve.pieces[-1][-1])}l-3.2 -7h6.4z"/>'


def _point(point: tuple[float, float]) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _number(value: float) -> str:
    """Return a coordinate in tenths, in as few letters as that takes."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _text(text: str) -> str:
    return escape(visible(text), quote=False)
