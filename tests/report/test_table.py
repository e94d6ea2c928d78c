"""Tables as text: aligned, and never wider than they may be."""

from hypothesis import given
from hypothesis import strategies as st

from netdsl.report.table import Line, Table, paragraph

words = st.text("abCD (,x*", max_size=14).map(str.strip)
cells = st.lists(words, min_size=1, max_size=3).map(tuple)
rows = st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=4)


def table(rows, **settings):
    return Table(("first", "second", "third"), tuple(Line(row) for row in rows), **settings)


def characters(text):
    return sorted(text.replace(" ", "").replace(",", "").replace("\n", ""))


@given(rows, st.integers(40, 120))
def test_lines_keep_within_the_width_and_lose_nothing(rows, width):
    wide = table(rows)

    narrow = wide.text(width)

    assert max(map(len, narrow.splitlines())) <= width
    if "..." not in narrow:
        assert characters(narrow) == characters(wide.text())


@given(rows)
def test_without_a_width_there_is_one_line_a_row(rows):
    assert len(table(rows).text().split("\n")) == len(rows) + 1


def test_numbers_stand_to_the_right():
    text = table([(("a",), ("1",), ("x",)), (("b",), ("1,000",), ("y",))], right=("second",)).text()

    assert text.splitlines() == ["first  second  third", "a           1  x", "b       1,000  y"]


def test_inner_rows_are_indented():
    inner = Line((("c",), ("d",)))
    outer = Table(("key", "value"), (Line((("a",), ("b",)), (inner,)),))

    assert outer.text().splitlines() == ["key  value", "a    b", "  c  d"]


def test_columns_in_which_nothing_stands_are_left_out():
    assert table([(("a",), ("",), ("c",))]).filled().columns == ("first", "third")


def test_items_that_do_not_fit_stand_below_each_other():
    text = table([(("a",), ("one 1", "two 2 x 2"), ("c",))]).text(24)

    assert text.splitlines() == [
        "first  second      third",
        "a      one 1       c",
        "       two 2 x 2",
    ]


def test_a_remark_moves_below_its_row():
    wide = table([(("a",), ("b",), ("what it is for",))], remark="third")

    assert wide.text(40).splitlines()[1] == "a      b       what it is for"
    assert wide.text(20).splitlines() == ["first  second", "a      b", "    what it is for"]


def test_an_aside_moves_below_where_words_would_be_broken():
    inner = Line((("in",), ("from",), ("NetChain",)))
    outer = Line((("a",), ("x", "yy"), ("LinearLayer",)), (inner,))
    wide = Table(("first", "second", "third"), (outer,), aside="second")

    assert wide.text(26).splitlines()[1] == "a      x, yy   LinearLayer"
    assert wide.text(19).splitlines() == [
        "first  third",
        "a      LinearLayer",
        "    second x, yy",
        "  in   NetChain",
        "      second from",
    ]


def test_a_paragraph_is_wrapped():
    assert paragraph("one two three", 8) == "one two\n  three"
    assert paragraph("one two three", None) == "one two three"
