"""Information, NetShapes, WhyShape: facts of a net first; then text, HTML and LaTeX of them."""

from netdsl.report.information import Information, NetShapes, WhyShape

__all__ = ["Information", "NetShapes", "WhyShape"]
