"""Progress on stderr: bars for people at a terminal, log lines for everybody else. Never an identifier.

Both are a `ports.Progress`; `expect` tells them the plan, so that a bar knows its end.
"""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Final, Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeRemainingColumn

from consentric.model.figures import people as of_people
from consentric.model.lists import ListRef, Operation, Shape
from consentric.model.plan import Plan
from consentric.reporting.plan_screen import sent_to

LOGGER: Final = logging.getLogger("consentric.run")


_PARTS: Final = {
    Shape.FULL: " by all keys together",
    Shape.EMAIL: " by e-mail",
    Shape.PHONE: " by phone",
    Shape.ADDRESS: " by address",
    Shape.MOBILE_ID: " by mobile id",
}
"""A platform may want the same people removed in several requests, a kind of key each: no line is to look twice."""


class Reporter(Protocol):
    """A `ports.Progress` that commands open, tell what to expect, silence for a question, and close."""

    def started(self, run_id: str) -> None: ...
    def stage(self, text: str) -> None: ...
    def sent(self, ref: ListRef, operation: Operation, shape: Shape, people: int, request_id: str) -> None: ...
    def note(self, text: str) -> None: ...
    def expect(self, plan: Plan) -> None: ...
    def pause(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class LogReporter:
    """One log line per stage, batch and note; `run_id` and the like are fields for the JSON form of the log."""

    def __init__(self) -> None:
        self._run: dict[str, object] = {}

    def started(self, run_id: str) -> None:
        self._run = {"run_id": run_id}
        LOGGER.info("run %s", run_id, extra={"event": "started", **self._run})

    def stage(self, text: str) -> None:
        LOGGER.info(text, extra={"event": "stage", **self._run})

    def sent(self, ref: ListRef, operation: Operation, shape: Shape, people: int, request_id: str) -> None:
        verb = operation.name.lower()
        fields = {
            "event": f"sent.{verb}",
            "audience": ref.audience,
            "platform": ref.destination,
            "count": people,
            "request_id": request_id,
            **self._run,
        }
        by = _PARTS[shape] if operation is Operation.REMOVE else ""
        whom = "whoever was not sent again" if operation is Operation.REMOVE_REST else of_people(people)
        told = "remove" if operation is Operation.REMOVE_REST else verb
        LOGGER.info("%s: %s %s%s (request %s)", ref, told, whom, by, request_id, extra=fields)

    def note(self, text: str) -> None:
        LOGGER.info(text, extra={"event": "note", **self._run})

    def expect(self, plan: Plan) -> None:
        LOGGER.info(
            "plan %s: sending to %s",
            plan.id,
            ", ".join(sent_to(plan)) or "nobody",
            extra={"event": "plan", **self._run},
        )

    def pause(self) -> None:
        """Log lines disturb no question."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to put away."""


class BarReporter:
    """A spinner with the stage at hand, and a bar per destination while people are sent; gone when all is done."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(24),
            TextColumn("{task.fields[told]}", markup=False),
            TimeRemainingColumn(compact=True),
            console=console,
            transient=True,
        )
        self._stage: TaskID | None = None
        self._expected: dict[str, int] = {}
        self._destinations: dict[str, TaskID] = {}

    def started(self, run_id: str) -> None:
        """The result names the run."""

    def stage(self, text: str) -> None:
        if self._stage is None:
            self._stage = self._bars.add_task(text, total=None, told="")
        self._bars.update(self._stage, description=text, visible=True)
        self._bars.start()

    def sent(self, ref: ListRef, operation: Operation, shape: Shape, people: int, request_id: str) -> None:
        del operation, request_id  # the log tells them
        self._bars.start()
        task = self._destination(ref.destination)
        if shape is Shape.FULL:  # everybody is in one such request, whatever parts come before it
            self._bars.advance(task, people)
        done = int(self._bars.tasks[self._bars.task_ids.index(task)].completed)
        self._bars.update(task, told=of_people(done))

    def note(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False)

    def expect(self, plan: Plan) -> None:
        self._expected = sent_to(plan)

    def pause(self) -> None:
        self._bars.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def _destination(self, name: str) -> TaskID:
        if name not in self._destinations:
            total = self._expected.get(name)
            self._destinations[name] = self._bars.add_task(name, total=total, told="")
        return self._destinations[name]
