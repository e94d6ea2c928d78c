"""Transformers: the encoder of the first paper, and BERT."""

from __future__ import annotations

from typing import Any

from netdsl import (
    GELU,
    ConvolutionLayer,
    FlattenLayer,
    LinearLayer,
    NetChain,
    NetGraph,
    NetPort,
    Ramp,
    Tanh,
    TotalLayer,
)
from tests.architectures.placeholders import (
    Attention,
    Dropout,
    Embedding,
    First,
    Heads,
    Normalization,
    Positions,
)

INPUT = NetPort("Input")


def per_step(size: int) -> ConvolutionLayer:
    """A linear layer for each vector of a sequence."""
    return ConvolutionLayer(size, (1,), Interleaving=True)


def encoder_layer(size: int, heads: int, hidden: int, activation: Any = Ramp) -> NetGraph:
    """Self-attention, then two linear layers; each beside a shortcut and normalized after it."""
    layers: dict[str, Any] = {name: per_step(size) for name in ("query", "key", "value")}
    layers |= {f"{name}_heads": Heads(heads) for name in ("query", "key", "value")}
    layers |= {
        "attention": Attention(),
        "merge": FlattenLayer(-1),
        "output": per_step(size),
        "dropout1": Dropout(0.1),
        "add1": TotalLayer(),
        "norm1": Normalization(),
        "linear1": per_step(hidden),
        "activation": activation,
        "dropout": Dropout(0.1),
        "linear2": per_step(size),
        "dropout2": Dropout(0.1),
        "add2": TotalLayer(),
        "norm2": Normalization(),
    }
    edges: list[Any] = [
        (INPUT, name, f"{name}_heads", NetPort("attention", name.capitalize()))
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


def transformer_encoder(**ports: Any) -> NetChain:
    """The encoder of "Attention is all you need", base model: 6 layers of 512 in 8 heads."""
    return NetChain([encoder_layer(512, 8, 2048) for _ in range(6)], **ports)


def bert(**ports: Any) -> NetGraph:
    """BERT base: three embeddings, 12 encoder layers, and a pooling of the first vector."""
    layers = {
        "embeddings": bert_embeddings(768),
        "encoder": [encoder_layer(768, 12, 3072, GELU) for _ in range(12)],
        "pooler": [First(), LinearLayer(768), Tanh],
    }
    return NetGraph(layers, [("embeddings", "encoder", "pooler")], **ports)


def bert_embeddings(size: int) -> NetGraph:
    """The sum of a vector for each word, its place and its segment, normalized."""
    layers = {
        "words": Embedding(size, 30522),
        "positions": Positions(size, 512),
        "segments": Embedding(size, 2),
        "add": TotalLayer(),
        "norm": Normalization(),
        "dropout": Dropout(0.1),
    }
    edges = [
        (NetPort("Words"), "words"),
        (NetPort("Words"), "positions"),
        (NetPort("Segments"), "segments"),
        (["words", "positions", "segments"], "add"),
        ("add", "norm", "dropout"),
    ]
    return NetGraph(layers, edges)
