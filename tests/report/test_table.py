"""Tables as text: aligned, and never wider than they may be."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from netdsl.report.layout import wrapped
from netdsl.report.table import GLUE, Line, Table, glued, paragraph

words = st.text("abCD (,x*", max_size=14).map(str.strip)
cells = st.lists(words, min_size=1, max_size=3).map(tuple)
rows = st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=4)


def table(rows, **settings):
    return Table(("first", "second", "third"), tuple(Line(row) for row in rows), **settings)


def characters(text):
    return Counter(text.translate(dict.fromkeys(map(ord, " ,\n"))))


@given(rows, st.integers(12, 120))
def test_lines_keep_within_the_width_and_lose_nothing(rows, width):
    narrow = table(rows).text(width)

    assert max(map(len, narrow.splitlines())) <= width
    items = "".join(item for row in rows for cell in row for item in cell)
    assert characters(items) <= characters(narrow)


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
    wide = Table(("first", "second", "third"), (outer,), aside=("second",))

    assert wide.text(26).splitlines()[1] == "a      x, yy   LinearLayer"
    assert wide.text(19).splitlines() == [
        "first  third",
        "a      LinearLayer",
        "    second x, yy",
        "  in   NetChain",
        "      second from",
    ]


def test_asides_go_below_one_after_the_other():
    rows = [(("a",), ("eleven chars",), ("twelve chars!",))]
    glued = [tuple((item.replace(" ", GLUE),) for (item,) in row) for row in rows]
    wide = table(glued, aside=("third", "second"))

    assert wide.text(34).splitlines()[1] == "a      eleven chars  twelve chars!"
    assert wide.text(33).splitlines()[1:] == ["a      eleven chars", "    third twelve chars!"]
    assert wide.text(18).splitlines()[1:] == [
        "a",
        "    second",
        "    eleven chars;",
        "    third",
        "    twelve chars!",
    ]


def test_a_column_goes_below_before_a_word_is_cut():
    text = table([(("a",), ("incomprehensibility",), ("b",))]).text(24)

    assert text.splitlines() == [
        "first",
        "a",
        "    second",
        "    incomprehensibility;",
        "    third b",
    ]


def test_columns_stand_closer_where_they_would_not_fit():
    wide = table([(("a",), ("b",), ("c",))])

    assert wide.text(20).splitlines()[0] == "first  second  third"
    assert wide.text(18).splitlines()[0] == "first second third"


def test_a_word_that_is_longer_than_its_column_goes_on_below():
    assert wrapped(("abcdefghij", "kl"), 4) == ["abcd", "efgh", "ij", "kl"]


def test_many_items_stand_below_each_other_without_a_width():
    lines = table([(("a",), tuple(f"item {at}" for at in range(20)), ("c",))]).text().splitlines()

    assert len(lines) == 21
    assert lines[1] == "a      item 0   c"


def test_rows_like_others_are_folded():
    inner = Line((("c",), ("d",)))
    twins = [
        Line(((name,), ("pair",)), (inner, inner), like) for name, like in (("a", ""), ("b", "a"))
    ]
    both = Table(("key", "value"), tuple(twins))

    assert both.folded().text().splitlines() == [
        "key  value",
        "a    pair",
        "  c  d",
        "  c  d",
        "b    pair, like a",
    ]


def test_glue_gives_way_in_what_is_longer_than_a_line():
    terms = glued("12*n + 34*m")

    assert paragraph(f"sum of {terms}", 16) == "sum of\n  12*n + 34*m"
    assert paragraph(f"sum {terms}", 11) == "sum 12*n +\n  34*m"


def test_a_paragraph_is_wrapped():
    assert paragraph("one two three", 8) == "one two\n  three"
    assert paragraph("one two three", None) == "one two three"
