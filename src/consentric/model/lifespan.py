"""How long somebody stays on a list that forgets by itself, as far as it is known from here.

A platform drops a member so many days after the last addition. The days can be changed: by us when the file changes, by
somebody's hand on the platform, and by a request whose answer never came. Nobody documents whether a change reaches those
who are on the list already, so it is never believed in their favour: whoever was last added while the days may have been
fewer counts as gone after the fewer ones, until they are added again. For removals nobody ever counts as gone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self


@dataclass(frozen=True, slots=True)
class Lifespan:
    """`days` for whoever is added now, `wanted` what the file says; `fewer` for those last added up to `until`."""

    days: int
    wanted: int
    fewer: int | None = None
    until: datetime | None = None

    @classmethod
    def of(cls, days: int) -> Self:
        """Of a list whose days never changed."""
        return cls(days, days)

    def changed(self, days: int, at: datetime) -> Self:
        """Whoever is added from now on has so many days; of those who are there it is not known that they have more."""
        fewer, until = self.fewer, self.until
        if until is not None and until + timedelta(days=days) <= at:
            fewer, until = None, None
        if days > self.days:
            fewer, until = min(self.days, self.days if fewer is None else fewer), at
        return replace(self, days=days, fewer=fewer, until=until)

    def with_wanted(self, days: int) -> Self:
        """The same where the file says something else now."""
        return replace(self, wanted=days)

    def ends(self, last_added: datetime) -> datetime:
        """When somebody who was last added then is gone at the latest, as far as adds go by it."""
        return last_added + timedelta(days=self.days if self.earlier is None else min(self.days, self._for(last_added)))

    @property
    def earlier(self) -> tuple[int, datetime] | None:
        """The fewer days, and for whom; None where they are fewer for nobody."""
        if self.fewer is None or self.until is None or self.fewer >= self.days:
            return None
        return self.fewer, self.until

    def _for(self, last_added: datetime) -> int:
        assert self.earlier is not None, "asked only where there is one"
        fewer, until = self.earlier
        return fewer if last_added <= until else self.days
