"""What nets can be asked: facts of a net first; then text, HTML, LaTeX and drawings of them."""

from netdsl.report.formulas import Formula
from netdsl.report.information import Information, NetDifference, NetShapes, WhyShape

__all__ = ["Formula", "Information", "NetDifference", "NetShapes", "WhyShape"]
