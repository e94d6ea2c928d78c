"""Drawings of nets and of graphs of operations, with a layout of their own."""

from netdsl.report.drawing.graphic import NetGraphic as NetGraphic
from netdsl.report.drawing.nets import full_summary_graphic as full_summary_graphic
from netdsl.report.drawing.nets import summary_graphic as summary_graphic
from netdsl.report.drawing.operations import operations_graphic as operations_graphic
