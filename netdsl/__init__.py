"""Neural nets as symbolic objects, after the Wolfram Language: the public names."""

from netdsl.coders import NetDecoder as NetDecoder
from netdsl.coders import NetEncoder as NetEncoder
from netdsl.dims import PortType as PortType
from netdsl.errors import DataError as DataError
from netdsl.errors import MissingExtraError as MissingExtraError
from netdsl.errors import NetError as NetError
from netdsl.errors import RenamedWarning as RenamedWarning
from netdsl.errors import SettingError as SettingError
from netdsl.errors import ShapeError as ShapeError
from netdsl.errors import StructureError as StructureError
from netdsl.errors import TrainingError as TrainingError
from netdsl.errors import TrainingWarning as TrainingWarning
from netdsl.errors import UninitializedError as UninitializedError
from netdsl.functions import *  # noqa: F403  (some ninety names, listed in its __all__)
from netdsl.layers import *  # noqa: F403  (every layer)
from netdsl.nets.chain import NetChain as NetChain
from netdsl.nets.extract import NetExtract as NetExtract
from netdsl.nets.functions.arrays import ConstantArray as ConstantArray
from netdsl.nets.functions.arrays import CosineDistance as CosineDistance
from netdsl.nets.functions.arrays import Det as Det
from netdsl.nets.functions.arrays import Dot as Dot
from netdsl.nets.functions.arrays import EuclideanDistance as EuclideanDistance
from netdsl.nets.functions.arrays import Fold as Fold
from netdsl.nets.functions.arrays import FoldList as FoldList
from netdsl.nets.functions.arrays import HammingDistance as HammingDistance
from netdsl.nets.functions.arrays import ManhattanDistance as ManhattanDistance
from netdsl.nets.functions.arrays import Map as Map
from netdsl.nets.functions.arrays import Nest as Nest
from netdsl.nets.functions.arrays import NestList as NestList
from netdsl.nets.functions.arrays import SquaredEuclideanDistance as SquaredEuclideanDistance
from netdsl.nets.functions.arrays import Table as Table
from netdsl.nets.functions.arrays import Tr as Tr
from netdsl.nets.functions.arrays import Transpose as Transpose
from netdsl.nets.functions.layer import FunctionLayer as FunctionLayer
from netdsl.nets.functions.lists import Drop as Drop
from netdsl.nets.functions.lists import First as First
from netdsl.nets.functions.lists import Flatten as Flatten
from netdsl.nets.functions.lists import Join as Join
from netdsl.nets.functions.lists import Last as Last
from netdsl.nets.functions.lists import Most as Most
from netdsl.nets.functions.lists import Part as Part
from netdsl.nets.functions.lists import Rest as Rest
from netdsl.nets.functions.lists import Reverse as Reverse
from netdsl.nets.functions.lists import Take as Take
from netdsl.nets.graph import NetGraph as NetGraph
from netdsl.nets.initialize import NetInitialize as NetInitialize
from netdsl.nets.netport import NetPort as NetPort
from netdsl.nets.netport import NetPortGradient as NetPortGradient
from netdsl.nets.shared import NetInsertSharedArrays as NetInsertSharedArrays
from netdsl.report import Formula as Formula
from netdsl.report import Information as Information
from netdsl.report import NetDifference as NetDifference
from netdsl.report import NetShapes as NetShapes
from netdsl.report import WhyShape as WhyShape
from netdsl.spec.fields import Real64 as Real64
from netdsl.spec.net_array import NetArray as NetArray
from netdsl.spec.net_array import NetSharedArray as NetSharedArray
from netdsl.symbols import All as All
from netdsl.symbols import Automatic as Automatic
from netdsl.symbols import Blank as Blank
from netdsl.symbols import Inherited as Inherited
from netdsl.symbols import Restricted as Restricted
from netdsl.symbols import Scaled as Scaled
from netdsl.symbols import Span as Span
from netdsl.train import NetTrain as NetTrain

__version__ = "0.1.0"

# What a user types is in CamelCase: a plain `import *` would also take the modules. Not written as
# an assignment, since checkers insist on a list of literals, which would name everything twice.
globals()["__all__"] = [name for name in globals() if name[0].isupper()]
