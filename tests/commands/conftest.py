"""What the tests of the commands have in common: a way to run one."""

import pytest

from netdsl.__main__ import main


@pytest.fixture
def run(capsys):
    """Run a command; return its exit code, its output and its errors."""

    def run(*words):
        code = main(words)
        found = capsys.readouterr()
        return code, found.out, found.err

    return run
