"""What the scenarios share: a sandbox as a process, the command line as a process, folders with data, and a stage."""

from scenarios.harness.cli import Cli, Run
from scenarios.harness.sandbox import Sandbox
from scenarios.harness.stage import NOW, Stage, open_stage

__all__ = ["NOW", "Cli", "Run", "Sandbox", "Stage", "open_stage"]
