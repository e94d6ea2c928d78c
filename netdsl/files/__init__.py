"""Nets as text: an expression in the library's own notation is read, never run as Python."""

from netdsl.files.reader import read_net as read_net
from netdsl.files.text import NotationError as NotationError
from netdsl.files.text import decoded as decoded
