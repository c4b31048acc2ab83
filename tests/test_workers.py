"""What costs much to make is made once for all tests that use it, although several workers share them."""

from __future__ import annotations

import os

import pytest


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="there is one worker")
def test_groups_of_tests_stay_together(request: pytest.FixtureRequest) -> None:
    """A new pytest once ignored the groups without a word: everything was still right, and took a third longer."""
    if request.config.getoption("loadgroup", default=False):
        assert "@" in request.node.nodeid
