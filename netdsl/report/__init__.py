"""Information, NetDifference, NetShapes, WhyShape: facts of nets first; then text, HTML, LaTeX."""

from netdsl.report.information import Information, NetDifference, NetShapes, WhyShape

__all__ = ["Information", "NetDifference", "NetShapes", "WhyShape"]
