"""ONNX asked for shapes: a model whose weights have sizes and no numbers, ready or built anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import onnx
from onnx import TensorProto, helper, shape_inference

from benchmarks import nets, shapes
from benchmarks.shapes import (
    CHANNELS,
    HEIGHT,
    INTEGERS,
    SYMBOLS,
    WIDTH,
    Answer,
    Inference,
    Node,
    Nodes,
)

INPUT = "Input"


def operation(part: shapes.Part) -> tuple[str, dict[str, Any]]:
    """Return the operator of a part and its attributes."""
    match part:
        case shapes.Convolution(_, kernel, stride, padding):
            return "Conv", _window(kernel, stride, padding)
        case shapes.MaxPool(kernel, stride, padding):
            return "MaxPool", _window(kernel, stride, padding)
        case shapes.Normalization():
            return "BatchNormalization", {}
        case nets.Ramp():
            return "Relu", {}
        case shapes.Total():
            return "Add", {}
        case shapes.Mean():
            return "ReduceMean", {"axes": [2, 3], "keepdims": 0}
        case nets.Linear():
            return "Gemm", {"transB": 1}


def _window(kernel: int, stride: int, padding: int) -> dict[str, Any]:
    return {"kernel_shape": [kernel] * 2, "strides": [stride] * 2, "pads": [padding] * 4}


def model(nodes: Nodes, sizes: Sequence[int | str]) -> onnx.ModelProto:
    """Return a net as a model for one image of these sizes."""
    weights: list[Any] = []
    made: list[Any] = []
    for node, own in zip(nodes, shapes.array_shapes(nodes).values(), strict=True):
        names = [f"{node.name}_{number}" for number in range(len(own))]
        for name, dims in zip(names, own, strict=True):
            weights.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, dims))
        made.append(_node(node, names))
    floats = TensorProto.FLOAT
    given = helper.make_tensor_value_info(INPUT, floats, [1, CHANNELS, *sizes])
    result = helper.make_tensor_value_info(nodes[-1].name, floats, None)
    graph = helper.make_graph(made, "resnet", [given, *weights], [result])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])


def _node(node: Node, arrays: list[str]) -> onnx.NodeProto:
    kind, attributes = operation(node.part)
    feeds = [INPUT if name is None else name for name in node.feeds]
    return helper.make_node(kind, [*feeds, *arrays], [node.name], **attributes)


class Ready(Inference):
    """infer_shapes of a model that is there."""

    def __init__(self, name: str) -> None:
        self.nodes = shapes.resnet()
        self.given = (HEIGHT, WIDTH) if name == INTEGERS else ("h", "w")
        self.model = model(self.nodes, self.given)

    def ask(self) -> Any:
        return shape_inference.infer_shapes(self.model, strict_mode=True)

    def rows(self, found: Any) -> Iterator[Iterable[Any]]:
        known = {one.name: one for one in (*found.graph.value_info, *found.graph.output)}
        for node in self.nodes:
            dims = known[node.name].type.tensor_type.shape.dim
            yield [one.dim_value or one.dim_param or None for one in dims][1:]

    def value(self, size: Any) -> int | None:
        named = {"h": HEIGHT, "w": WIDTH}
        return size if isinstance(size, int) else named.get(size)


class Built(Ready):
    """The model made by onnx.helper, then infer_shapes."""

    def ask(self) -> Any:
        made = model(self.nodes, self.given)
        return shape_inference.infer_shapes(made, strict_mode=True)


class Stored(Inference):
    """infer_shapes of a model from a file, without the shapes that the file may hold."""

    def __init__(self, file: str) -> None:
        self.model = onnx.load(file)
        del self.model.graph.value_info[:]

    def ask(self) -> Any:
        return shape_inference.infer_shapes(self.model, strict_mode=True)

    def first(self) -> list[float]:
        return [float(len(self.model.graph.node))]

    def told(self) -> Answer:
        found = self.ask().graph
        rows = [one.type.tensor_type.shape.dim for one in (*found.value_info, *found.output)]
        sizes = [dim.HasField("dim_value") for row in rows for dim in row]
        return Answer(f"{len(self.model.graph.node):,}", sum(sizes), len(sizes))


def shapes_of(name: str, variant: str) -> Inference:
    """Return the task of inferring the shapes of ResNet-152, or of a model in a file."""
    if name not in (INTEGERS, SYMBOLS):
        return Stored(name)
    return {"ready": Ready, "built": Built}[variant](name)
