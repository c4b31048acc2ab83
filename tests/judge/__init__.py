"""The judge: who must be on which list, computed a second time in plain Python.

It reads the same audiences.yaml and the same data files as the product and shares no code with it: no SQL, no vectors,
one loop over rows after the other. `expected` says who belongs where; `compare` holds that against a sandbox.
"""

from judge.accounts import Deviation, Kind, compare
from judge.verdict import AudienceJudgement, Judgement, ListJudgement, Reason, expected

__all__ = [
    "AudienceJudgement",
    "Deviation",
    "Judgement",
    "Kind",
    "ListJudgement",
    "Reason",
    "compare",
    "expected",
]
