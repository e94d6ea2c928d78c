"""Information and NetShapes: facts of a net first; then text, HTML and LaTeX made of them."""

from netdsl.report.information import Information, NetShapes

__all__ = ["Information", "NetShapes"]
