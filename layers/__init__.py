"""The layers, one file each."""

from netdsl.layers.aggregation import AggregationLayer as AggregationLayer
from netdsl.layers.append import AppendLayer as AppendLayer
from netdsl.layers.batch_normalization import BatchNormalizationLayer as BatchNormalizationLayer
from netdsl.layers.catenate import CatenateLayer as CatenateLayer
from netdsl.layers.compiled import CompiledLayer as CompiledLayer
from netdsl.layers.constant_plus import ConstantPlusLayer as ConstantPlusLayer
from netdsl.layers.constant_times import ConstantTimesLayer as ConstantTimesLayer
from netdsl.layers.contrastive_loss import ContrastiveLossLayer as ContrastiveLossLayer
from netdsl.layers.convolution import ConvolutionLayer as ConvolutionLayer
from netdsl.layers.cross_entropy_loss import CrossEntropyLossLayer as CrossEntropyLossLayer
from netdsl.layers.ctc_loss import CTCLossLayer as CTCLossLayer
from netdsl.layers.deconvolution import DeconvolutionLayer as DeconvolutionLayer
from netdsl.layers.dot import DotLayer as DotLayer
from netdsl.layers.dropout import DropoutLayer as DropoutLayer
from netdsl.layers.elementwise import ElementwiseLayer as ElementwiseLayer
from netdsl.layers.embedding import EmbeddingLayer as EmbeddingLayer
from netdsl.layers.extract import ExtractLayer as ExtractLayer
from netdsl.layers.flatten import FlattenLayer as FlattenLayer
from netdsl.layers.image_augmentation import ImageAugmentationLayer as ImageAugmentationLayer
from netdsl.layers.linear import LinearLayer as LinearLayer
from netdsl.layers.local_response_normalization import (
    LocalResponseNormalizationLayer as LocalResponseNormalizationLayer,
)
from netdsl.layers.long_short_term_memory import (
    LongShortTermMemoryLayer as LongShortTermMemoryLayer,
)
from netdsl.layers.mean_absolute_loss import MeanAbsoluteLossLayer as MeanAbsoluteLossLayer
from netdsl.layers.mean_squared_loss import MeanSquaredLossLayer as MeanSquaredLossLayer
from netdsl.layers.net_array import ConstantArrayLayer as ConstantArrayLayer
from netdsl.layers.net_array import NetArrayLayer as NetArrayLayer
from netdsl.layers.normalization import (
    InstanceNormalizationLayer as InstanceNormalizationLayer,
)
from netdsl.layers.normalization import NormalizationLayer as NormalizationLayer
from netdsl.layers.ordering import OrderingLayer as OrderingLayer
from netdsl.layers.padding import PaddingLayer as PaddingLayer
from netdsl.layers.parametric_ramp import ParametricRampLayer as ParametricRampLayer
from netdsl.layers.part import PartLayer as PartLayer
from netdsl.layers.placeholder import PlaceholderLayer as PlaceholderLayer
from netdsl.layers.pooling import PoolingLayer as PoolingLayer
from netdsl.layers.prepend import PrependLayer as PrependLayer
from netdsl.layers.random_array import RandomArrayLayer as RandomArrayLayer
from netdsl.layers.replicate import ReplicateLayer as ReplicateLayer
from netdsl.layers.reshape import ReshapeLayer as ReshapeLayer
from netdsl.layers.resize import ResizeLayer as ResizeLayer
from netdsl.layers.sequence_last import SequenceLastLayer as SequenceLastLayer
from netdsl.layers.softmax import SoftmaxLayer as SoftmaxLayer
from netdsl.layers.spatial_transformation import (
    SpatialTransformationLayer as SpatialTransformationLayer,
)
from netdsl.layers.summation import SummationLayer as SummationLayer
from netdsl.layers.threading import ThreadingLayer as ThreadingLayer
from netdsl.layers.total import TotalLayer as TotalLayer
from netdsl.layers.transpose import TransposeLayer as TransposeLayer
from netdsl.layers.unit_vector import UnitVectorLayer as UnitVectorLayer

# The classes only: a plain `import *` would also take the modules named above. Not written as an
# assignment, since checkers insist on a list of literals, which would name each layer twice.
globals()["__all__"] = [name for name in globals() if name[0].isupper()]
