"""Every architecture, built once."""

from __future__ import annotations

from typing import Any

import pytest

from netdsl import NetShapes
from netdsl.report.shapes import ShapeTable
from tests.architectures.cases import CASES, Case


@pytest.fixture(scope="session", params=CASES.values(), ids=list(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    """One architecture after the other."""
    return request.param


@pytest.fixture(scope="session")
def bare(case: Case) -> Any:
    """The net without a size at its ports."""
    return case.build()


@pytest.fixture(scope="session")
def net(case: Case) -> Any:
    """The net for inputs of the published size."""
    return case.build(**case.ports)


@pytest.fixture(scope="session")
def shapes(net: Any) -> ShapeTable:
    """The shapes of the net for inputs of the published size."""
    return NetShapes(net)
