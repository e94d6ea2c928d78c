"""Encoders and decoders: what stands between users' data and arrays, one file a kind."""

from netdsl.coders.automatic import coder_for
from netdsl.coders.boolean import BooleanDecoder, BooleanEncoder
from netdsl.coders.class_decoder import ClassDecoder
from netdsl.coders.class_encoder import ClassEncoder
from netdsl.coders.decoder import NetDecoder
from netdsl.coders.encoder import NetEncoder
from netdsl.coders.scalar import ScalarDecoder, ScalarEncoder

__all__ = [
    "BooleanDecoder",
    "BooleanEncoder",
    "ClassDecoder",
    "ClassEncoder",
    "NetDecoder",
    "NetEncoder",
    "ScalarDecoder",
    "ScalarEncoder",
    "coder_for",
]
