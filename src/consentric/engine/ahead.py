"""Reads the next batch while the last one is worked on, and from several places at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import zip_longest
from typing import Final, TypeVar

WORKERS: Final = 2
Item = TypeVar("Item")
Result = TypeVar("Result")


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same items in the same order, one of them in advance; what the iterator raises comes out at its place."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = reader.submit(next, items, None)
            yield item


def in_turns(*parts: Iterator[Item]) -> Iterator[Item]:
    """The items of all parts, one of each part after the other; every part is read by a thread of its own."""
    for turn in zip_longest(*map(ahead, parts)):
        yield from (item for item in turn if item is not None)


def worked(work: Callable[[Item], Result], items: Iterator[Item]) -> Iterator[Result]:
    """What `work` makes of each item, in their order; two are worked on at once, while the next is read."""
    with ThreadPoolExecutor(WORKERS) as workers:
        coming = deque[Future[Result]]()
        for item in items:
            coming.append(workers.submit(work, item))
            if len(coming) > WORKERS:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()
