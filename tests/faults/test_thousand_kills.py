"""A thousand kills for each destination: after any of them clean runs converge, exactly, and nobody was sent wrongly.

In the long form every position of the switches is played by a campaign of its own. `CONSENTRIC_KILLS` says how many
kills a destination gets, `CONSENTRIC_SEED` plays other ones.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from faults.campaign import open_campaign
from faults.forking import ForkServer
from scenarios.harness.size import LONG, POSITIONS, label

KILLS: Final = int(os.environ.get("CONSENTRIC_KILLS", "1000"))
SEED: Final = int(os.environ.get("CONSENTRIC_SEED", "1"))

PLATFORMS: Final = ("google", "meta")
EACH: Final = -(-KILLS // len(POSITIONS)) if LONG else 4
CAMPAIGNS: Final = [
    pytest.param(
        platform, number, id=f"{platform}-{label(switches)}", marks=pytest.mark.xdist_group(f"{platform}{number}")
    )
    for number, switches in enumerate(POSITIONS)
    for platform in PLATFORMS
    if LONG or number == PLATFORMS.index(platform) + SEED % 4
]


@pytest.mark.skipif(sys.platform != "linux", reason="process handles")
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("platform", "number"), CAMPAIGNS)
def test_killed_again_and_again(
    tmp_path: Path, fork_server: ForkServer, record_property: pytest.RecordProperty, platform: str, number: int
) -> None:
    """Named points and random moments, sometimes twice in a row, between changes and hours; judged after every few."""
    begun = time.monotonic()
    with open_campaign(tmp_path, fork_server, platform, POSITIONS[number], seed=1000 * SEED + number) as campaign:
        campaign.play(EACH)
    took = time.monotonic() - begun
    record_property("tally", (platform, dict(campaign.tally), dict(campaign.most), campaign.kills, took))
    assert campaign.kills >= EACH
