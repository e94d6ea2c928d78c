"""What every drawing must keep to: where boxes, texts and curves may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from netdsl.nets.container import Container
from netdsl.report.drawing.items import BAR, PORT_ROW
from netdsl.report.drawing.model import Node
from netdsl.report.drawing.routes import spots
from netdsl.report.drawing.scene import Box, Curve, Scene, Text

Area = tuple[float, float, float, float]
"""Left, top, right, bottom."""

TOUCH = 0.6
"""What is nearer only touches."""


def area(box: Box) -> Area:
    return box.x, box.y, box.x + box.width, box.y + box.height


def words(text: Text) -> Area:
    """The area of a text: letters reach 0.72 of their size up, and little down."""
    size = {"title": 12, "key": 11, "plain": 11, "port": 9}.get(text.style, 9.5)
    return text.x, text.y - 0.72 * size, text.x + text.width, text.y + 0.1 * size


def meet(one: Area, other: Area, touch: float = TOUCH) -> bool:
    return (
        one[0] < other[2] - touch
        and other[0] < one[2] - touch
        and one[1] < other[3] - touch
        and other[1] < one[3] - touch
    )


def inside(one: Area, other: Area) -> bool:
    return (
        one[0] >= other[0] - TOUCH
        and one[1] >= other[1] - TOUCH
        and one[2] <= other[2] + TOUCH
        and one[3] <= other[3] + TOUCH
    )


def holds(frame: Node, node: Node) -> bool:
    """Whether a node is drawn inside a frame."""
    return frame.inner is not None and any(each is node for each in frame.inner.walk())


def wrong(scene: Scene) -> list[str]:
    """Everything in a drawing that is not where it may be."""
    return [*wrong_boxes(scene), *wrong_texts(scene), *wrong_curves(scene)]


def wrong_boxes(scene: Scene) -> Iterator[str]:
    page = (0.0, 0.0, scene.width, scene.height)
    within = {
        id(box.node): {id(each) for each in box.node.inner.walk()}
        for box in scene.boxes
        if box.node.inner is not None
    }
    for at, box in enumerate(scene.boxes):
        if not inside(area(box), page):
            yield f"{box.node.id} is off the page"
        for other in scene.boxes[:at]:
            if id(box.node) in within.get(id(other.node), ()):
                if not inside(area(box), area(other)):
                    yield f"{box.node.id} is not in its frame {other.node.id}"
            elif meet(area(box), area(other), 0.0):
                yield f"{box.node.id} meets {other.node.id}"


def wrong_texts(scene: Scene) -> Iterator[str]:
    page = (0.0, 0.0, scene.width, scene.height)
    leaves = [box for box in scene.boxes if box.node.inner is None]
    for at, text in enumerate(scene.texts):
        if not inside(words(text), page if text.owner is None else area(text.owner)):
            yield f"{text.text!r} leaves its place"
        for other in scene.texts[:at]:
            if meet(words(text), words(other)):
                yield f"{text.text!r} meets {other.text!r}"
        for box in leaves:
            if box is not text.owner and meet(words(text), area(box)):
                yield f"{text.text!r} meets {box.node.id}"


def wrong_curves(scene: Scene) -> Iterator[str]:
    boxes = {box.node.id: box for box in scene.boxes}
    for curve in scene.curves:
        edge = curve.edge
        name = f"{edge.source} -> {edge.target}"
        ends = zip(curve.pieces, curve.pieces[1:], strict=False)
        if any(piece[-1] != other[0] for piece, other in ends):
            yield f"{name} has a gap"
        (x, y), (u, v) = curve.pieces[0][0], curve.pieces[-1][-1]
        if not _leaves(boxes, curve, x, y):
            yield f"{name} does not leave its source"
        if not _reaches(boxes, curve, u, v):
            yield f"{name} does not reach its target"
        yield from (f"{name} {fault}" for fault in _met(scene, curve))


def _leaves(boxes: dict[Any, Box], curve: Curve, x: float, y: float) -> bool:
    if curve.edge.source is None:
        assert curve.frame is not None
        left, top, right, _ = area(boxes[curve.frame.id])
        is_below = top + BAR - TOUCH < y < top + BAR + PORT_ROW + TOUCH
        return left < x < right and is_below
    left, _, right, bottom = area(boxes[curve.edge.source])
    return left < x < right and abs(y - bottom) < TOUCH


def _reaches(boxes: dict[Any, Box], curve: Curve, x: float, y: float) -> bool:
    if curve.edge.target is None:
        assert curve.frame is not None
        left, _, right, bottom = area(boxes[curve.frame.id])
        return left < x < right and bottom - PORT_ROW - TOUCH < y < bottom + TOUCH
    left, top, right, _ = area(boxes[curve.edge.target])
    return left < x < right and abs(y - top) < TOUCH


def _met(scene: Scene, curve: Curve) -> Iterable[str]:
    """What a curve passes through; frames around it excepted."""
    way = spots(curve.pieces, 12)
    reach = (
        min(x for x, _ in way),
        min(y for _, y in way),
        max(x for x, _ in way),
        max(y for _, y in way),
    )
    for box in scene.boxes:
        around = curve.frame is not None and (
            box.node is curve.frame or holds(box.node, curve.frame)
        )
        if around and not all(_within(spot, area(box), -TOUCH) for spot in way):
            yield f"leaves its frame {box.node.id}"
        is_met = not around and _near(reach, area(box))
        if is_met and any(_within(spot, area(box), TOUCH) for spot in way):
            yield f"passes through {box.node.id}"
    for text in scene.texts:
        if _near(reach, words(text)) and any(_within(spot, words(text), 0.0) for spot in way):
            yield f"passes through {text.text!r}"


def _near(reach: Area, other: Area) -> bool:
    return (
        reach[0] <= other[2]
        and other[0] <= reach[2]
        and reach[1] <= other[3]
        and other[1] <= reach[3]
    )


def _within(spot: tuple[float, float], area: Area, margin: float) -> bool:
    (x, y), (left, top, right, bottom) = spot, area
    return left + margin < x < right - margin and top + margin < y < bottom - margin


# ---- what must be drawn -----------------------------------------------------------------------


def parts(net: Any, path: tuple[Any, ...] = (), whole: bool = True) -> Iterator[tuple[Any, ...]]:
    """The paths of all parts, or of those of the net itself."""
    for key, part in net.children():
        yield (*path, key)
        if whole:
            yield from parts(part, (*path, key))


def connections(net: Any, path: tuple[Any, ...] = (), whole: bool = True) -> Iterator[Any]:
    """What feeds what by the wiring: the net around, a part or None and its port, twice."""
    if not isinstance(net, Container):
        return
    for (key, port), (source, output) in net.wiring.feeds.items():
        before = None if source is None else (*path, source)
        yield path, before, output, (*path, key), port
    for name, (source, output) in net.wiring.outputs.items():
        yield path, None if source is None else (*path, source), output, None, name
    for key, part in net.children() if whole else ():
        yield from connections(part, (*path, key))


def drawn_connections(scene: Scene) -> Iterator[Any]:
    """The same of a drawing; the nodes of the ports of the whole net are None."""
    for curve in scene.curves:
        edge = curve.edge
        frame = () if curve.frame is None else curve.frame.id
        source = None if edge.source and edge.source[0] is None else edge.source
        target = None if edge.target and edge.target[0] is None else edge.target
        yield frame, source, edge.output, target, edge.input
