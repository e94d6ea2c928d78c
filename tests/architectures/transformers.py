"""Transformers: the encoder of the first paper, and BERT."""

from __future__ import annotations

from typing import Any

from netdsl import (
    GELU,
    AggregationLayer,
    Automatic,
    ConvolutionLayer,
    DropoutLayer,
    ElementwiseLayer,
    EmbeddingLayer,
    FlattenLayer,
    Inherited,
    LinearLayer,
    NetChain,
    NetGraph,
    NetPort,
    NormalizationLayer,
    OrderingLayer,
    PartLayer,
    Ramp,
    ReplicateLayer,
    ReshapeLayer,
    Sign,
    SoftmaxLayer,
    Tanh,
    ThreadingLayer,
    Times,
    TotalLayer,
)

INPUT = NetPort("Input")


def per_step(size: int) -> ConvolutionLayer:
    """A linear layer for each vector of a sequence."""
    return ConvolutionLayer(size, (1,), Interleaving=True)


def heads(count: int) -> ReshapeLayer:
    """Divide the vectors of a sequence among heads."""
    return ReshapeLayer((Inherited, count, Automatic))


def attention(size: int) -> NetGraph:
    """Mean of the values for each query, weighted by how the keys fit, head by head.

    Queries, keys and values are steps x heads x entries, those of a key `size`.
    """
    layers = {
        "queries": ReplicateLayer(1, 2),
        "products": ThreadingLayer(Times, (Automatic, 1)),
        "scores": AggregationLayer("Total", 4),
        "scaled": ElementwiseLayer(lambda x: x * size**-0.5),
        "shares": SoftmaxLayer(2),
        "factors": ReplicateLayer(1, 4),
        "weighted": ThreadingLayer(Times, (Automatic, 1)),
        "mean": AggregationLayer("Total", 2),
    }
    edges: list[Any] = [
        (NetPort("Query"), "queries"),
        (["queries", NetPort("Key")], "products"),
        ("products", "scores", "scaled", "shares", "factors"),
        (["factors", NetPort("Value")], "weighted"),
        ("weighted", "mean"),
    ]
    return NetGraph(layers, edges)


def encoder_layer(size: int, count: int, hidden: int, activation: Any = Ramp) -> NetGraph:
    """Self-attention, then two linear layers; each beside a shortcut and normalized after it."""
    layers: dict[str, Any] = {name: per_step(size) for name in ("query", "key", "value")}
    layers |= {f"{name}_heads": heads(count) for name in ("query", "key", "value")}
    layers |= {
        "attention": attention(size // count),
        "merge": FlattenLayer(-1),
        "output": per_step(size),
        "dropout1": DropoutLayer(0.1),
        "add1": TotalLayer(),
        "norm1": NormalizationLayer(2, "Same"),
        "linear1": per_step(hidden),
        "activation": activation,
        "dropout": DropoutLayer(0.1),
        "linear2": per_step(size),
        "dropout2": DropoutLayer(0.1),
        "add2": TotalLayer(),
        "norm2": NormalizationLayer(2, "Same"),
    }
    edges: list[Any] = [
        (INPUT, name, f"{name}_heads", NetPort(["attention", name.capitalize()]))
        for name in ("query", "key", "value")
    ]
    edges += [
        ("attention", "merge", "output", "dropout1"),
        ([INPUT, "dropout1"], "add1"),
        ("add1", "norm1", "linear1", "activation", "dropout", "linear2", "dropout2"),
        (["norm1", "dropout2"], "add2"),
        ("add2", "norm2"),
    ]
    return NetGraph(layers, edges)


def transformer_encoder(slim: int = 1, depth: int = 6, **ports: Any) -> NetChain:
    """The encoder of "Attention is all you need", base model: 6 layers of 512 in 8 heads."""
    sizes = 512 // slim, 8, 2048 // slim
    return NetChain([encoder_layer(*sizes) for _ in range(depth)], **ports)


def bert(slim: int = 1, depth: int = 12, **ports: Any) -> NetGraph:
    """BERT base: three embeddings, 12 encoder layers, and a pooling of the first vector."""
    size = 768 // slim
    layers = {
        "embeddings": bert_embeddings(size),
        "encoder": [encoder_layer(size, 12, 4 * size, GELU) for _ in range(depth)],
        "pooler": [PartLayer(1), LinearLayer(size), Tanh],
    }
    return NetGraph(layers, [("embeddings", "encoder", "pooler")], **ports)


def bert_embeddings(size: int) -> NetGraph:
    """The sum of a vector for each word, its place and its segment, normalized."""
    # The numbers of words are all positive: of their signs, all equal, the order is 1, 2, 3, ...
    layers = {
        "words": EmbeddingLayer(size, 30522),
        "positions": [Sign, OrderingLayer(), EmbeddingLayer(size, 512)],
        "segments": EmbeddingLayer(size, 2),
        "add": TotalLayer(),
        "norm": NormalizationLayer(2, "Same"),
        "dropout": DropoutLayer(0.1),
    }
    edges = [
        (NetPort("Words"), "words"),
        (NetPort("Words"), "positions"),
        (NetPort("Segments"), "segments"),
        (["words", "positions", "segments"], "add"),
        ("add", "norm", "dropout"),
    ]
    return NetGraph(layers, edges)
