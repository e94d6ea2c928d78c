"""Train nets: data, losses, optimizers, the loop, its reports and results."""

from netdsl.train.net_train import NetTrain, TrainingWarning
from netdsl.train.results import NetTrainResultsObject

__all__ = ["NetTrain", "NetTrainResultsObject", "TrainingWarning"]
