"""The losses of a training: what the setting asks for, and the net with them attached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any, NoReturn

from netdsl.errors import SettingError, nearest
from netdsl.functions import LogisticSigmoid
from netdsl.layers import (
    CrossEntropyLossLayer,
    CTCLossLayer,
    ElementwiseLayer,
    MeanSquaredLossLayer,
    SoftmaxLayer,
)
from netdsl.nets.container import Container
from netdsl.nets.graph import NetGraph
from netdsl.nets.netport import NetPort
from netdsl.spec import Layer, Net
from netdsl.spec.fields import short
from netdsl.spec.shapes import Path
from netdsl.symbols import Auto, Automatic, Scaled

INSIDE = "Net"
"""The name of the user's net in the net that is trained."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss at an output port: `layer` is attached there; None takes the port as it is."""

    port: str
    layer: Net | Auto | None = Automatic
    factor: float = 1.0

    @property
    def extra(self) -> tuple[str, ...]:
        """The input ports of the loss layer that neither the net nor the target feeds."""
        if not isinstance(self.layer, Net):
            return ()
        return tuple(name for name in self.layer.input_names if name not in ("Input", "Target"))

    @property
    def has_target(self) -> bool:
        """Whether the data bring a target, under the name of the output port."""
        if isinstance(self.layer, Net):
            return "Target" in self.layer.input_names
        return self.layer is Automatic


# ---- the setting ---------------------------------------------------------------------------


def read_losses(net: Net, setting: Any) -> list[Loss]:
    """Read the setting LossFunction; see NetTrain."""
    if setting is Automatic:
        known = [Loss(port, None) for port in net.output_names if _is_loss(net, port)]
        return known or [Loss(port) for port in net.output_names]
    if isinstance(setting, Mapping):
        return [_at_port(net, port, value) for port, value in setting.items()]
    if isinstance(setting, list):
        if not setting:
            _refuse(setting)
        found = [loss for item in setting for loss in read_losses(net, item)]
        for number, loss in enumerate(found):
            if loss.port in [other.port for other in found[:number]]:
                _refuse(setting, f"one loss for each output, not two for {loss.port!r}")
        return found
    if isinstance(setting, tuple) and len(setting) > 1 and isinstance(setting[0], str):
        return [_at_port(net, setting[0], setting[1] if len(setting) == 2 else setting[1:])]
    if isinstance(setting, str):
        return [Loss(_port(net, setting), None)]
    if len(net.output_names) != 1:
        _refuse(
            setting,
            "{port: loss, ...}, since the net has several outputs: " + ", ".join(net.output_names),
        )
    return [_at_port(net, net.output_names[0], setting)]


def _at_port(net: Net, port: Any, value: Any) -> Loss:
    port, factor = _port(net, port), 1.0
    if isinstance(value, Scaled):
        value = (Automatic, value)
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], Scaled):
        value, factor = value[0], _factor(value[1])
    if value is Automatic:
        return Loss(port, None if _is_loss(net, port) else Automatic, factor)
    if not isinstance(value, Net):
        _refuse(value)
    if "Input" not in value.input_names:
        raise SettingError(
            "A loss layer takes what the net gives at its port Input.",
            layer=value.brief(),
            setting="LossFunction",
            expected="Input, and Target where there is one",
            got=", ".join(value.input_names) or "no inputs",
        )
    return Loss(port, value, factor)


def _factor(scaled: Scaled) -> float:
    factor = scaled.factor
    if isinstance(factor, bool) or not isinstance(factor, Real) or factor - factor != 0:
        _refuse(scaled, "Scaled(r) with a finite number r")
    return float(factor)


def _port(net: Net, port: Any) -> str:
    if port not in net.output_names:
        raise SettingError(
            "A loss is named after an output of the net.",
            layer=net.brief(),
            setting="LossFunction",
            expected=", ".join(net.output_names),
            got=repr(port),
            nearest=nearest(port, net.output_names),
        )
    return port


def _refuse(setting: Any, expected: str | None = None) -> NoReturn:
    made = setting if isinstance(setting, type) and issubclass(setting, Net) else None
    raise SettingError(
        "This stands for no loss.",
        setting="LossFunction",
        expected=expected
        or 'a loss layer, "port", ("port", layer), ("port", Scaled(r)), {"port": layer}, a list',
        got=short(setting) if made is None else f"the class {made.__name__}",
        nearest=None if made is None else f"{made.__name__}()",
    )


def check_taken_as_losses(net: Net, losses: list[Loss], data: Any) -> None:
    """Refuse an output as the loss itself that can only be meant to be compared with targets."""
    rows = data if isinstance(data, list) else [data]
    for loss in losses:
        if loss.layer is not None or _is_loss(net, loss.port):
            continue
        is_given = bool(rows) and isinstance(rows[0], Mapping) and loss.port in rows[0]
        if is_given or ends_in_classes(net, loss.port):
            why = "for which the data have targets" if is_given else "probabilities of a softmax"
            raise SettingError(
                "An output that is named alone is the loss itself.",
                layer=net.brief(),
                port=loss.port,
                setting="LossFunction",
                expected="an output that is a loss",
                got=f"{loss.port!r}, {why}",
                nearest=f'LossFunction={{"{loss.port}": Automatic}}',
            )


# ---- what stands behind a port -------------------------------------------------------------


def source(net: Net, port: str) -> tuple[Path, Layer, str] | None:
    """Return the layer whose output an output port of the net is: its path, itself, its port."""
    if isinstance(net, Layer):
        return (), net, port
    if not isinstance(net, Container):
        return None
    key, name = net.wiring.outputs[port]
    if key is None:
        return None
    found = source(net.nodes[key], name)
    return None if found is None else ((key, *found[0]), found[1], found[2])


def _is_loss(net: Net, port: str) -> bool:
    found = source(net, port)
    if found is not None and isinstance(found[1], CTCLossLayer):
        return True  # its port is called Output
    return port == "Loss" or (found is not None and found[2] == "Loss")


def ends_in_classes(net: Net, port: str) -> bool:
    """Whether a softmax makes the output port probabilities of classes."""
    found = source(net, port)
    return found is not None and isinstance(found[1], SoftmaxLayer)


def ends_in_chances(net: Net, port: str) -> bool:
    """Whether a logistic sigmoid makes the output port probabilities, each alone."""
    found = source(net, port)
    if found is None or not isinstance(found[1], ElementwiseLayer):
        return False
    return found[1].Function is LogisticSigmoid


def automatic_loss(net: Net, port: str, vectors: bool) -> Net:
    """Return the loss layer that suits an output port, and targets that are vectors or not."""
    if ends_in_classes(net, port):
        return CrossEntropyLossLayer("Probabilities" if vectors else "Index")
    return CrossEntropyLossLayer("Binary") if ends_in_chances(net, port) else MeanSquaredLossLayer()


# ---- the net that is trained ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attached:
    """A net with its losses: its output ports that are losses, each with its factor.

    `prefix` is the path of the user's net in it.
    """

    net: Net
    prefix: Path
    losses: dict[str, float]

    def own(self, found: Mapping[Path, Any]) -> dict[Path, Any]:
        """Return what belongs to the user's net, by the paths there."""
        size = len(self.prefix)
        return {path[size:]: value for path, value in found.items() if path[:size] == self.prefix}


def attach(net: Net, losses: list[Loss]) -> Attached:
    """Return the net with its losses attached; all of them have a layer, or None."""
    if all(loss.layer is None for loss in losses):
        return Attached(net, (), {loss.port: loss.factor for loss in losses})
    parts: dict[str, Net] = {INSIDE: net}
    edges: list[Any] = [(NetPort(name), NetPort(INSIDE, name)) for name in net.input_names]
    found: dict[str, float] = {}
    for loss in losses:
        if isinstance(loss.layer, Net):
            name = "Loss" if len(losses) == 1 else f"{loss.port}Loss"
            parts[name] = loss.layer
            edges += _edges(loss, name)
            outputs = {output: name + output for output in loss.layer.output_names}
            if len(outputs) == 1:
                outputs = dict.fromkeys(outputs, name)
            edges += [(NetPort(name, output), NetPort(to)) for output, to in outputs.items()]
            found |= dict.fromkeys(outputs.values(), loss.factor)
        else:
            edges.append((NetPort(INSIDE, loss.port), NetPort(loss.port)))
            found[loss.port] = loss.factor
    return Attached(NetGraph(parts, edges), (INSIDE,), found)


def _edges(loss: Loss, name: str) -> list[Any]:
    """Return what feeds a loss layer: the net, the target, and whatever else it takes."""
    edges: list[Any] = [(NetPort(INSIDE, loss.port), NetPort(name, "Input"))]
    if loss.has_target:
        edges.append((NetPort(loss.port), NetPort(name, "Target")))
    return edges + [(NetPort(extra), NetPort(name, extra)) for extra in loss.extra]
