"""What a plan says of each audience, around the numbers of its lists."""

from __future__ import annotations

from collections.abc import Mapping

from consentric.engine.base import AudienceTally
from consentric.model.conditions import Ranked, leaves
from consentric.model.lists import ListRef
from consentric.model.plan import AudiencePlan, CutOff, ListPlan
from consentric.model.project import Audience
from consentric.selection.sentence import cut_off, sentence
from consentric.workflows.choice import Choice
from consentric.workflows.evaluation import Evaluation
from consentric.workflows.opening import Opened


def audience_plans(
    opened: Opened,
    evaluation: Evaluation,
    lists: Mapping[ListRef, ListPlan],
    choice: Choice,
    moves: Mapping[str, str],
) -> dict[str, AudiencePlan]:
    """The chosen audiences of the file, and those that left it and still have lists. `moves`: new keys to old ones."""
    in_file = {
        key: AudiencePlan(
            key=key,
            name=audience.name,
            owner=audience.owner,
            sentence=sentence(audience.who, opened.catalog.today),
            rule=evaluation.audiences[key].rule,
            excluded=evaluation.audiences[key].rule - evaluation.audiences[key].left,
            excluded_by=evaluation.audiences[key].excluded_by,
            lists={ref.destination: plan for ref, plan in lists.items() if ref.audience == key},
            cut_offs=_cut_offs(audience, evaluation.audiences[key]),
            paused=audience.paused,
            renamed_from=moves.get(key),
            unusable=evaluation.audiences[key].unusable,
        )
        for key, audience in opened.project.audiences.items()
        if not choice.audiences or key in choice.audiences
    }
    return in_file | _gone(lists, in_file)


def _cut_offs(audience: Audience, tally: AudienceTally) -> tuple[CutOff, ...]:
    ranked = (leaf for leaf in leaves(audience.who) if isinstance(leaf, Ranked))
    return tuple(
        CutOff(cut_off(leaf, reach.value), reach.people)
        for leaf, reach in zip(ranked, tally.reaches, strict=True)
        if reach.people
    )


def _gone(lists: Mapping[ListRef, ListPlan], in_file: Mapping[str, AudiencePlan]) -> dict[str, AudiencePlan]:
    gone: dict[str, dict[str, ListPlan]] = {}
    for ref, plan in lists.items():
        if ref.audience not in in_file:
            gone.setdefault(ref.audience, {})[ref.destination] = plan
    return {
        key: AudiencePlan(key, next(iter(each.values())).name, None, "No longer in the file.", 0, 0, {}, each)
        for key, each in gone.items()
    }
