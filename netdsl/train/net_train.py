"""NetTrain: learn the arrays of a net from examples."""

from __future__ import annotations

from typing import Any

from netdsl.options import with_options
from netdsl.spec import Net
from netdsl.symbols import Automatic


@with_options
def NetTrain(
    net: Net,
    data: Any,
    prop: Any = Automatic,
    *,
    BatchSize: Any = Automatic,
    LearningRate: Any = Automatic,
    LearningRateMultipliers: Any = Automatic,
    LossFunction: Any = Automatic,
    MaxTrainingRounds: Any = Automatic,
    Method: Any = Automatic,
    RandomSeeding: Any = 1234,
    TargetDevice: Any = "CPU",
    TimeGoal: Any = Automatic,
    TrainingProgressReporting: Any = Automatic,
    ValidationSet: Any = None,
    WorkingPrecision: str = "Real32",
) -> Any:
    """Return the net with arrays learned from examples; the net that is given stays as it is.

    >>> net = NetChain([8, Tanh, LinearLayer(()), LogisticSigmoid], Output=NetDecoder("Boolean"))
    >>> data = {(0, 0): False, (0, 1): True, (1, 0): True, (1, 1): False}
    >>> trained = NetTrain(net, data, LearningRate=0.1, MaxTrainingRounds=200,
    ...                    TrainingProgressReporting=None)
    >>> trained(list(data))
    [False, True, True, False]

    `data` is a list of pairs, `[(x, y), ...]`, or `zip(X, Y)`; a dict `{x: y, ...}`; a tuple of
    two collections, `(X, Y)`; a dict of ports, `{"Input": [...], "Output": [...]}`, where the
    target has the name of the output port that it is for and loss layers in the net take the
    rest by name; or a list of such dicts. A tuple of two is always a pair of collections, a list
    of tuples always pairs. Sizes that are open in the net are those of the data; arrays without
    values get those of NetInitialize. Targets that are labels or truth values attach a decoder.

    `prop` is a property, such as "RoundLossList", or a list of them; `All` gives a
    NetTrainResultsObject with all of them. The options:

    - BatchSize: examples for each step; Automatic is 64, 16 where examples differ in size, and
      never more than there are. Each round has all examples in a new order, and the last batch
      is filled with the first ones.
    - LearningRate: Automatic is 0.001, for SGD 0.01.
    - LearningRateMultipliers: a number, None, or rules for parts, `{"part": 0, Blank: 1}`, of
      which the first that matches counts; they come before those stored in the net.
    - LossFunction: a loss layer, or a net with a port Input (and Target); "port", an output that
      is the loss; ("port", layer), {"port": layer}; a list of these, which are added; with a
      factor (layer, Scaled(r)) or ("port", Scaled(r)). Automatic: the outputs that come from
      loss layers, otherwise a loss for each output: CrossEntropyLossLayer after a SoftmaxLayer
      ("Probabilities" where the targets are vectors, else "Index") and after LogisticSigmoid
      ("Binary"), otherwise MeanSquaredLossLayer.
    - MaxTrainingRounds, TimeGoal (in seconds): what comes first ends the training; Automatic is
      no limit where the other is given, and where neither is, 10000 rounds and 20 s.
    - Method: "ADAM" (Beta1 0.9, Beta2 0.999, Epsilon 0.00001), "RMSProp" (Beta 0.95, Epsilon
      0.000001, Momentum 0.9), "SGD" (Momentum 0.93) or "SignSGD" (Momentum 0.93); with options
      `["SGD", {"Momentum": 0}]`. All take LearningRateSchedule, a function of the number of the
      batch and of all batches that gives a factor; GradientClipping and WeightClipping, bounds
      for each entry; L2Regularization r, which adds r times the weights to the gradient, after
      the clipping; None, the default, is without.
    - RandomSeeding: for initial values and the order of examples; the same seed and number of
      rounds give the same bits.
    - TargetDevice: "CPU", or `["CPU", {"Threads": 2}]` for so many threads on large arrays;
      Automatic is one for each core.
    - TrainingProgressReporting: "Print", "Panel", "ProgressIndicator", a function of a dict that
      is called after each round, a list of these, None; Automatic is "Panel" in a notebook,
      else "Print", which is one line a round where the output is no terminal.
    - ValidationSet: data, or Scaled(f) for a fraction f of the data given; the net of the round
      with the lowest validation loss is returned.
    - WorkingPrecision: "Real32" or "Real64".

    The gradient is the mean over the batch. Ctrl-C ends the training after the batch and
    returns the net. If a loss or an array becomes NaN or infinite, the net of the last good round
    is returned with a TrainingWarning; in the first round that is a TrainingError. Data that do
    not fit raise a DataError or ShapeError, unknown settings a SettingError. Source: Wolfram
    `NetTrain`.
    """
    given = dict(locals())  # before there are other variables: the arguments
    from netdsl.train.run import train  # now only, so that `import netdsl` is quick

    return train(**given)
