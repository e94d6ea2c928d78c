"""The solver: every direction, every order, ranks, names, lengths that vary."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdsl import Automatic, ConvolutionLayer, NetChain, ShapeError
from netdsl.dims import port_type
from netdsl.infer import Place, Row, Solver, Var, ceildiv, largest, product, smallest
from netdsl.infer.expressions import form_of, varies
from netdsl.infer.sympify import expression
from netdsl.spec.shapes import Shapes, at_ports, dims_of

HERE = Place((1,), "layer", "Test")


def port(solver, dims=None, name="Input"):
    return solver.row(Place((1,), "port", name), dims, f"{name} is given as {dims}")


def size(value):
    return Var(low=value, high=value)


def shown(var):
    return str(expression(form_of(var)))


def window(n, size, stride=1, padding=0, dilation=1):
    return (n + 2 * padding - dilation * (size - 1) - 1) // stride + 1


def test_forwards_and_backwards_through_a_product():
    solver, c = Solver(), Var()

    solver.equal(size(24), product([c, 3, 4]), "flatten", HERE)
    solver.solve()

    assert c.value == 2


def test_a_window_backwards_is_an_interval():
    solver, n = Solver(), Var()

    solver.equal(size(7), window(n, 3, stride=2, padding=1), "convolution", HERE)
    solver.solve()

    assert (n.low, n.high) == (13, 14)


def test_a_window_of_stride_one_is_exact_backwards():
    solver, n = Solver(), Var()

    solver.equal(size(24), window(n, 5), "convolution", HERE)
    solver.solve()

    assert n.value == 28


@pytest.mark.parametrize(
    ("term", "low", "high"),
    [
        (lambda n: smallest(n, 5), 3, 3),
        (lambda n: largest(n, 2), 3, 3),
        (lambda n: ceildiv(n, 4), 9, 12),
        (lambda n: 10 - n, 7, 7),
        (lambda n: 7 // n, 1, 1 << 62),
    ],
)
def test_each_operation_backwards(term, low, high):
    solver, n = Solver(), Var()

    solver.equal(size(3), term(n), "rule", HERE)
    solver.solve()

    assert (n.low, n.high) == (low, high)


@given(
    st.integers(1, 60), st.integers(1, 5), st.integers(1, 4), st.integers(0, 2), st.integers(1, 3)
)
def test_the_true_size_is_among_the_answers(n, kernel, stride, padding, dilation):
    count = window(n, kernel, stride, padding, dilation)
    if count < 1:
        return
    solver, unknown = Solver(), Var()

    solver.equal(size(count), window(unknown, kernel, stride, padding, dilation), "rule", HERE)
    solver.solve()

    found = unknown.root()
    assert found.low <= n <= found.high
    assert window(max(found.low, 1), kernel, stride, padding, dilation) <= count
    assert window(found.high, kernel, stride, padding, dilation) == count


def chain(order, given_at):
    """Ten windows in a row, stated in an order, with one size given somewhere."""
    solver = Solver()
    sizes = [Var() for _ in range(10)]
    sizes[given_at] = size(20)
    steps = list(range(9))
    random.Random(order).shuffle(steps)
    for at in steps:
        solver.equal(sizes[at + 1], window(sizes[at], 3, stride=1 + at % 2, padding=1), "w", HERE)
    solver.solve()
    return [(var.root().low, var.root().high) for var in sizes]


@given(st.integers(0, 10**6), st.integers(0, 9))
def test_the_order_of_statements_does_not_matter(order, given_at):
    assert chain(order, given_at) == chain(0, given_at)


@given(st.integers(0, 9))
def test_more_facts_never_mean_less_known(given_at):
    bare = Solver()
    sizes = [Var() for _ in range(10)]
    for at in range(9):
        bare.equal(sizes[at + 1], window(sizes[at], 3, stride=1 + at % 2, padding=1), "w", HERE)
    bare.solve()

    for (low, high), var in zip(chain(0, given_at), sizes, strict=True):
        assert var.root().low <= low <= high <= var.root().high


def test_a_contradiction_names_both_ends():
    solver = Solver()
    left, right = port(solver, (3,), "Output"), port(solver, (5,), "Input")

    with pytest.raises(ShapeError) as error:
        solver.match(left, right, "feeds", Place((2,), "port", "Input"))

    facts = error.value.facts
    assert (facts["expected"], facts["got"]) == (5, 3)
    assert facts["because"] == ("Output is given as (3,)", "Input is given as (5,)")


def test_ranks_unify_before_dimensions():
    solver = Solver()
    whole, rest = port(solver, (2, 3, 4)), Row(minimum=1)
    c = Var()

    solver.match(whole, (c, rest), "Input is c +d", HERE)
    solver.solve()

    assert c.value == 2
    assert dims_of(rest) == (3, 4)


def test_a_pattern_waits_for_the_rank():
    solver = Solver()
    whole, rest = port(solver), Row()
    solver.match(whole, (rest, 4), "Input is *d 4", HERE)
    assert dims_of(whole) is None

    solver.match(whole, port(solver, (2, Automatic), "Other"), "feeds", HERE)
    solver.solve()

    assert dims_of(whole) == (2, 4)
    assert dims_of(rest) == (2,)


@pytest.mark.parametrize("dims", [(), (3,)])
def test_too_few_dimensions_for_a_pattern(dims):
    solver = Solver()

    with pytest.raises(ShapeError) as error:
        solver.match(port(solver, dims), (Var(), Row(minimum=1)), "Input is c +d", HERE)

    assert error.value.facts["expected"] == "rank at least 2"
    assert error.value.facts["got"] == f"rank {len(dims)}"


def test_names_are_kept_as_expressions():
    solver = Solver()
    (h,) = port(solver, ("h",))
    out, half = Var(), Var()

    solver.equal(out, window(h, 3), "convolution", HERE)
    solver.equal(half, out // 2, "pooling", HERE)
    solver.solve()

    assert shown(out) == "h - 2"
    assert shown(half) == "floor(h/2) - 1"
    assert h.low == 4, "the pooling needs two, so the convolution needs four"


def test_a_name_is_one_size_everywhere():
    solver = Solver()
    (one,), (two,) = port(solver, ("h",)), port(solver, ("h",), "Target")

    solver.equal(one, 7, "rule", HERE)
    solver.solve()

    assert two.value == 7


def test_names_that_cannot_be_equal():
    solver = Solver()
    (h,) = port(solver, ("h",))

    with pytest.raises(ShapeError) as error:
        solver.equal(h, h - 2, "residual", HERE)

    assert str(error.value.facts["expected"]) == "h - 2"


def test_a_product_is_divided_by_what_is_known():
    solver = Solver()
    (f,) = port(solver, ("f",))
    c = Var()

    solver.equal(f, product([c, 2, 3]), "flatten", HERE)
    solver.solve()

    assert shown(c) == "f/6"


def test_a_length_that_varies_cannot_be_fixed():
    solver = Solver()
    (length,) = port(solver, ("Varying",))

    with pytest.raises(ShapeError) as error:
        solver.equal(length, size(4), "feeds", HERE)

    assert error.value.facts["got"] == 4


@pytest.mark.parametrize("term", [lambda n: n + 1, lambda n: 3 * n, lambda n: n * n + n + 2])
def test_a_size_that_would_be_larger_than_itself(term):
    solver, n = Solver(), Var()

    with pytest.raises(ShapeError):
        solver.equal(n, term(n), "impossible", HERE)


def test_sizes_that_would_be_larger_than_each_other():
    solver, n, m = Solver(), Var(), Var()

    solver.equal(m, n + 1, "one", HERE)
    with pytest.raises(ShapeError):
        solver.equal(n, m + 1, "other", HERE)


def test_an_endless_narrowing_ends():
    solver, n, m = Solver(), Var(), Var()

    solver.equal(n, n // 2 + m, "endless", HERE)
    solver.equal(m, n // 2 + m // 2 + 1, "endless", HERE)
    solver.solve()  # intervals may go on for ever; it must not hang


def test_a_number_that_is_no_square():
    solver, n = Solver(), Var()

    solver.equal(size(20), n * n, "square", HERE)
    with pytest.raises(ShapeError):
        solver.solve()


def test_an_assumption_gives_way_to_what_is_known():
    from netdsl.spec import assume

    for known, expected in ((None, (6,)), ((2, 3), (2, 3))):
        solver = Solver()
        row = port(solver, known)
        six = size(6)
        solver.relate(lambda row=row, six=six: [assume(row, [six])], "rule", HERE)
        solver.solve()
        assert dims_of(row) == expected


@pytest.mark.parametrize("total", [lambda b, c: 3 * b + c, lambda b, c: c + 3 * b])
@pytest.mark.parametrize("turned", [False, True])
def test_a_product_in_a_sum_narrows_in_every_order(total, turned):
    solver, b, c = Solver(), Var(), Var()
    sides = (size(28), total(b, c))

    solver.equal(*(reversed(sides) if turned else sides), "rule", HERE)
    solver.solve()

    assert (b.low, b.high) == (1, 9)
    assert (c.low, c.high) == (1, 25)


def test_a_user_may_call_a_size_length():
    solver = Solver()
    (size1,), (length,) = port(solver, ("length",)), port(solver, ("Varying",), "Other")
    both = Var()

    solver.equal(both, size1 + length, "rule", HERE)
    solver.solve()

    assert size1.root() is not length.root()
    assert shown(both) == "length1 + length", "the user's and the one that varies"


def test_a_name_that_is_tied_to_a_length_varies_too():
    solver = Solver()
    (n,), (length,) = port(solver, ("n",)), port(solver, ("Varying",), "Other")
    twice = Var()

    solver.equal(n, length, "feeds", HERE)
    solver.equal(twice, 2 * n, "rule", HERE)
    solver.solve()

    assert varies(n)
    assert varies(twice)


def test_an_equation_runs_again_when_it_has_moved_a_part_of_itself():
    solver, x, y = Solver(), Var(), Var()

    solver.equal(size(16), x * x, "square", HERE)
    solver.equal(y, x - 2, "rule", HERE)
    solver.solve()

    assert x.value == 4


def test_a_sum_with_a_known_result_learns_from_what_comes_later():
    solver, a, b, c = Solver(), Var(), Var(), Var()

    solver.equal(a + b, 7, "sum", HERE)
    solver.equal(a, c + 3, "rule", HERE)
    solver.solve()
    solver.equal(c, 2, "later", HERE)
    solver.solve()

    assert (a.value, b.value) == (5, 2)


@pytest.mark.parametrize("first", [0, 1])
def test_what_cancels_is_found_in_every_order(first):
    solver, x, y = Solver(), Var(), Var()
    stated = [(x + (1 + y), x + 2), (y - 1, x // 2)]

    solver.equal(*stated[first], "one", HERE)
    solver.run()
    solver.equal(*stated[1 - first], "other", HERE)
    solver.solve()

    assert (x.value, y.value) == (1, 1)


def test_equations_that_come_to_be_about_one_dimension():
    solver, x, y = Solver(), Var(), Var()

    solver.equal(x * y, 36, "product", HERE)
    solver.run()
    solver.equal(x, y, "square", HERE)
    solver.solve()

    assert x.value == 6


def test_every_other_size():
    solver, n, half = Solver(), Var(), Var()

    solver.equal(n, 2 * half, "double", HERE)
    solver.solve()
    assert (n.low, n.step) == (2, 2)

    solver.equal(window(n, 3, stride=2, padding=1), 7, "convolution", HERE)
    solver.solve()
    assert n.value == 14, "of 13 and 14 the even one"


def test_bounds_go_back_through_a_long_net_in_one_sweep():
    net = NetChain([ConvolutionLayer(2, 3)] * 100)
    shapes = Shapes(net.describe, at_ports({"Input": port_type((1, "h", "w"))}), lengths_vary=True)
    net.declare(shapes, ())
    equations = shapes.solver.equations

    shapes.solve()

    assert len(equations) >= 200
    assert max(equation.runs for equation in equations) <= 4
