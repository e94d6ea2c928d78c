"""What targets say of a net: the loss that suits them, and the decoder that gives such things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from netdsl.coders import BooleanEncoder, ClassEncoder, NetDecoder, NetEncoder, coder_for
from netdsl.errors import DataError, NetError, UninitializedError
from netdsl.spec import Coder, Net
from netdsl.spec.fields import short
from netdsl.symbols import Automatic
from netdsl.train.column import Column, check_missing, check_rank
from netdsl.train.losses import (
    Attached,
    Loss,
    automatic_loss,
    ends_in_chances,
    ends_in_classes,
)


def for_targets(net: Net, loss: Loss, column: Column) -> tuple[Net, Loss]:
    """Choose the loss layer that suits the targets, and what encodes them."""
    decoder = net.port_setting(loss.port)
    examples = column.numbers
    is_truth = isinstance(examples, np.ndarray) and examples.dtype.kind == "b"
    if not isinstance(decoder, Coder) and (examples is None or is_truth):
        decoder = _decoder_for(net, loss.port, column)
        if decoder is not None:
            net = net.with_ports({loss.port: decoder})
    layer = loss.layer
    if not isinstance(layer, Net):
        coded = examples is None or isinstance(decoder, Coder)
        layer = automatic_loss(net, loss.port, not coded and _are_vectors(net, loss.port, column))
    if isinstance(decoder, NetDecoder) and layer.port_setting("Target") is Automatic:
        size = (net.port(loss.port).dims or (None,))[-1]
        encoder = decoder.encoder(_form(layer), size=size if isinstance(size, int) else None)
        layer = layer.with_ports({"Target": encoder})
    return net, replace(loss, layer=layer)


def _form(layer: Any) -> str:
    return getattr(layer, "Form", "Probabilities")


def _are_vectors(net: Net, port: str, column: Column) -> bool:
    """Whether targets give each class its probability; where the rank is open, their sums say."""
    rank = net.port(port).rank
    if rank is not None:
        return len(column.dims) == rank
    given = column.numbers
    if given is None or not column.dims or column.dims[-1] == 1:
        return False
    arrays = [given] if isinstance(given, np.ndarray) else given
    return all(np.all(part >= 0) and np.allclose(part.sum(axis=-1), 1) for part in arrays)


# ---- decoders ----------------------------------------------------------------------------------


def _decoder_for(net: Net, port: str, column: Column) -> Coder | None:
    """Return the decoder that gives such targets; None where truth values count as 0 and 1."""
    try:
        if column.numbers is None:
            check_missing(column.values)
        encoder = coder_for(column.values)
    except NetError as error:
        raise error.having(layer=net.brief(), port=port) from None
    if isinstance(encoder, BooleanEncoder):
        if ends_in_classes(net, port):
            return NetDecoder("Class", [False, True])
        if not ends_in_chances(net, port):
            return None
        check_rank(net.port(port), port, column, net)
        return NetDecoder(encoder)
    if encoder is None or not ends_in_classes(net, port):
        raise _no_classes(net, port, column, encoder)
    if isinstance(encoder, ClassEncoder) and len(encoder.Labels) == 1:
        raise DataError(
            "All targets are the same label.",
            layer=net.brief(),
            port=port,
            expected="two labels or more",
            got=short(encoder.Labels[0]),
            nearest=f'{port}=NetDecoder("Class", [...]) with all classes',
        )
    return NetDecoder(encoder)


def _no_classes(net: Net, port: str, column: Column, encoder: NetEncoder | None) -> DataError:
    """Return the error for labels at a port that gives no probabilities of classes."""
    labels = encoder.Labels if isinstance(encoder, ClassEncoder) else ()
    chances = ends_in_chances(net, port)
    instead = "True and False" if chances else "numbers"
    return DataError(
        "The targets are not numbers, and the net gives no probabilities of classes.",
        layer=net.brief(),
        port=port,
        expected=f"{instead}; or labels, with SoftmaxLayer() as the last layer",
        got=short(column.values),
        nearest=f"[label == {labels[-1]!r} for label in y]"
        if chances and len(labels) == 2
        else None,
    )


# ---- the number of classes ---------------------------------------------------------------------


def check_class_count(
    net: Net, attached: Attached, losses: list[Loss], given: Mapping[str, Column]
) -> None:
    """See that the net says how many classes there are; integers as targets do not."""
    for loss in losses:
        if not loss.has_target or not ends_in_classes(net, loss.port):
            continue
        numbers = given[loss.port].numbers
        dims = attached.net.shapes.port(attached.prefix, loss.port).dims
        is_open = not dims or not isinstance(dims[-1], int)
        if is_open and isinstance(numbers, np.ndarray) and _form(loss.layer) == "Index":
            count = int(numbers.max())
            size = (*given[loss.port].dims, count) if given[loss.port].dims else count
            raise UninitializedError(
                "Integers do not say how many classes there are.",
                layer=net.brief(),
                port=loss.port,
                expected="a net with a fixed number of classes",
                got=f"integers from {int(numbers.min())} to {count}",
                nearest=f"LinearLayer({size}) as the last LinearLayer, "
                f'or {loss.port}=NetDecoder("Class", [...])',
            )
