"""A net as what a drawing shows: its parts as boxes, nested nets as frames or boxes too."""

from __future__ import annotations

from collections.abc import Mapping

from netdsl.report.drawing.boxes import about, coder_line, frame_lines, layer_lines, net_lines
from netdsl.report.drawing.families import family_of
from netdsl.report.drawing.model import Edge, Graph, Node, Port
from netdsl.report.facts import PartFacts, PortFacts, gather
from netdsl.report.solution import ShapeRow, solution
from netdsl.spec import Net
from netdsl.spec.shapes import Path

INPUT, OUTPUT = "input", "output"
"""What the id of a port of the whole net begins with after None, which is no key of a part."""


def drawn(net: Net, *, whole: bool) -> Graph:
    """Return what a drawing of a net shows: its parts, or the `whole` of it with nested parts."""
    facts = gather(net)
    return _Drawn(facts, {row.position: row for row in solution(net, {}, {}).rows}, whole).graph()


class _Drawn:
    """What is drawn of the facts of a net."""

    def __init__(self, facts: PartFacts, rows: Mapping[Path, ShapeRow], whole: bool) -> None:
        self.facts, self.rows, self.whole = facts, rows, whole
        names = (array.shared for part in facts.walk() for array in part.arrays)
        self.shared = {name: at for at, name in enumerate(dict.fromkeys(filter(None, names)))}
        sources = (part.sources.values() for part in facts.walk())
        self.taken = {position for each in sources for position in each}
        self.named = {
            (*part.path, name)
            for part in facts.walk()
            for names in (self._fed(part), self._taken(part))
            if len(names) > 1
            for name in names
        }

    def graph(self) -> Graph:
        """Return the parts and connections of the net, between its ports."""
        root = self.facts
        nodes = [*(self._end(port, INPUT) for port in root.inputs)]
        nodes += [self._node(part) for part in root.parts or (root,)]
        nodes += [self._end(port, OUTPUT) for port in root.outputs]
        edges = self._inside(root) if root.parts else self._alone(root)
        said = about(root, self.rows)
        return Graph(tuple(nodes), tuple(self._at_ports(edge) for edge in edges), said)

    def _end(self, port: PortFacts, end: str) -> Node:
        """Return the node of a port of the whole net, with the coder at it."""
        row = self.rows[(port.name,)]
        lines = (((port.name, "title"),), *coder_line(port.coder))
        here = Port(port.name, row.text)
        coder = "" if port.coder is None else f"\n{port.coder!r}"
        said = f"{end} {port.name}: {row.words}{coder}"
        inputs, outputs = ((), (here,)) if end == INPUT else ((here,), ())
        return Node((None, end, port.name), lines, "port", said, inputs, outputs, form="port")

    def _at_ports(self, edge: Edge) -> Edge:
        """Return an edge between the nodes that stand for the ports of the whole net."""
        source = (None, INPUT, edge.output) if edge.source is None else edge.source
        target = (None, OUTPUT, edge.input) if edge.target is None else edge.target
        return Edge(source, edge.output, target, edge.input, edge.label, edge.ends)

    def _alone(self, layer: PartFacts) -> list[Edge]:
        """Return the edges of a layer that is the whole net."""
        text = {name: row.text for (*_, name), row in self.rows.items()}
        edges = [Edge(None, p.name, (), p.name, text[p.name]) for p in layer.inputs]
        return [*edges, *(Edge((), p.name, None, p.name, text[p.name]) for p in layer.outputs)]

    def _node(self, part: PartFacts) -> Node:
        inputs = self._ports(part, self._fed(part))
        outputs = self._ports(part, self._taken(part))
        family = "net" if part.parts else family_of(part.kind)
        if not part.parts:
            lines = layer_lines(part, self.rows, self.shared)
        elif self.whole:
            lines = frame_lines(part)
        else:
            lines = net_lines(part, self.shared)
        inner = None
        if part.parts and self.whole:
            inner = Graph(tuple(self._node(each) for each in part.parts), tuple(self._inside(part)))
        said = about(part, self.rows)
        stacked = bool(part.parts) and not self.whole
        return Node(part.path, lines, family, said, inputs, outputs, inner, is_stacked=stacked)

    @staticmethod
    def _fed(part: PartFacts) -> list[str]:
        """Return the inputs of a part, and its states that something is connected to."""
        names = [port.name for port in part.inputs]
        return names + [port.name for port in part.states if port.name in part.sources]

    def _taken(self, part: PartFacts) -> list[str]:
        """Return the outputs of a part, and its states from which something is taken."""
        names = [port.name for port in part.outputs]
        states = [port.name for port in part.states]
        return names + [name for name in states if (*part.path, name) in self.taken]

    def _ports(self, part: PartFacts, names: list[str]) -> tuple[Port, ...]:
        return tuple(Port(name, self._text(part, name), len(names) > 1) for name in names)

    def _text(self, part: PartFacts, name: str) -> str:
        return self.rows[*part.path, name].text

    def _inside(self, part: PartFacts) -> list[Edge]:
        """Return what feeds what in a net of nets."""
        wires = [
            (each.sources[name], each.path, name) for each in part.parts for name in self._fed(each)
        ]
        wires += [(part.sources[port.name], None, port.name) for port in part.outputs]
        edges: list[Edge] = []
        for source, target, name in wires:
            before, output = source[:-1], str(source[-1])
            at = before if len(before) > len(part.path) else None
            goal = part.path if target is None else target
            left = output if source in self.named and at is not None else ""
            right = name if (*goal, name) in self.named and target is not None else ""
            text = self.rows[source].text
            edges.append(Edge(at, output, target, name, text, (left, right)))
        return edges
