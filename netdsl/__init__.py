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
from netdsl.nets.graph import NetGraph as NetGraph
from netdsl.nets.initialize import NetInitialize as NetInitialize
from netdsl.nets.netport import NetPort as NetPort
from netdsl.nets.netport import NetPortGradient as NetPortGradient
from netdsl.nets.shared import NetInsertSharedArrays as NetInsertSharedArrays
from netdsl.report import Information as Information
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
