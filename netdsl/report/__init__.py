"""Information: facts of a net first; then text, HTML and LaTeX made of them."""

from netdsl.report.information import Information
from netdsl.report.report import NetReport
from netdsl.report.shapes import NetShapes, ShapeTable
from netdsl.report.solution import ShapeRow

__all__ = ["Information", "NetReport", "NetShapes", "ShapeRow", "ShapeTable"]
