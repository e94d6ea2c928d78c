"""A look at HTML: whether its tags close in order, and what is between them."""

from html.parser import HTMLParser


class Outline(HTMLParser):
    """The tags of a page that do not close, and its text."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)
