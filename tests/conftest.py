"""How tests share the workers of one run."""

from __future__ import annotations

import os

import pytest

os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"
"""Else gRPC wakes in a child between fork and exec, where its descriptors are closed, and may end it (grpc/grpc#43055)."""


@pytest.hookimpl(tryfirst=True)  # before the worker reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file stays on one worker, since its tests share fixtures; the long scenarios are spread one by one."""
    for item in items:
        if "scenarios" not in item.path.parts and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(str(item.path)))
