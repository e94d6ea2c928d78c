"""Train nets: data, losses, optimizers, the loop, its reports and results."""

from netdsl.train.net_train import NetTrain

__all__ = ["NetTrain"]
