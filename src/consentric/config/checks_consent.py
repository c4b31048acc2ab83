"""What consent must say: where it comes from, which words are clear, which purposes each destination needs."""

from __future__ import annotations

from collections.abc import Mapping

from consentric.config.problems import Problems, did_you_mean, listed
from consentric.config.sections import PlatformShape, Sections
from consentric.config.shapes import ConsentShape, GoogleShape
from consentric.config.tree import Path
from consentric.model.project import Platform

GRANTED = frozenset({"true", "1", "yes", "ja", "granted"})
REFUSED = frozenset({"false", "0", "no", "nej", "denied", "refused", "withdrawn"})
GOOGLE_PURPOSES = ("ad_user_data", "ad_personalization")


def check_consent(sections: Sections, problems: Problems) -> None:
    consent = sections.consent
    if consent is None:
        return
    _check_source(consent, sections, problems)
    _check_granted(consent, problems)
    _check_words(consent, problems)
    _check_needed_names(consent, problems)
    _check_google(consent, sections.destinations, problems)


def purposes(consent: ConsentShape) -> tuple[str, ...]:
    """The names of all purposes; the short form feeds both of Google's."""
    return GOOGLE_PURPOSES if consent.granted is not None else tuple(consent.purposes)


def needed(consent: ConsentShape, name: str, destination: PlatformShape) -> tuple[str, ...]:
    """What a destination asks for: said for its name, else for its platform, else everything."""
    for place in (name, destination.platform):
        if place in consent.needed:
            return consent.needed[place]
    return purposes(consent)


def _check_source(consent: ConsentShape, sections: Sections, problems: Problems) -> None:
    if consent.source and consent.source not in sections.sources:
        hint = did_you_mean(consent.source, sections.sources)
        problems.error("A203", ("consent", "from"), f"there is no source called `{consent.source}`", hint)


def _check_granted(consent: ConsentShape, problems: Problems) -> None:
    """One of the two forms, and only one."""
    short, long = problems.is_there(("consent", "granted")), problems.is_there(("consent", "purposes"))
    if short and long:
        message = "`granted` and `purposes` say the same thing twice"
        problems.error_on_key("A106", ("consent", "granted"), message, "keep one of the two")
    elif not short and not long:
        hint = "add `granted: column`, the column that holds the yes"
        problems.error_on_key("A101", ("consent",), "`granted` is missing: which column says yes", hint)
    elif long and not consent.purposes and not problems.names_in("consent", "purposes"):
        hint = "write e.g. `ad_user_data: {column: …}` below it"
        problems.error("A100", ("consent", "purposes"), "`purposes` names no purpose", hint)


def _check_words(consent: ConsentShape, problems: Problems) -> None:
    for name, purpose in consent.purposes.items():
        granted = GRANTED if purpose.granted is None else purpose.granted
        refused = REFUSED if purpose.refused is None else purpose.refused
        both = sorted(granted & refused)
        if both:
            key = "granted" if purpose.granted is not None else "refused"
            message = f"{listed(both, 'and')} would mean yes and no at once"
            hint = "say with `granted:` and `refused:` which words mean what"
            problems.error("A211", ("consent", "purposes", name, key), message, hint)


def _check_needed_names(consent: ConsentShape, problems: Problems) -> None:
    places = tuple(dict.fromkeys((*problems.names_in("destinations"), *Platform)))
    known = purposes(consent)
    for place, asked in consent.needed.items():
        path: Path = ("consent", "needed", place)
        if place not in places:
            hint = did_you_mean(place, places)
            problems.error_on_key("A203", path, f"there is no destination or platform called `{place}`", hint)
        if not asked:
            problems.error("A212", path, "consent for nothing is no consent", f"name a purpose: {listed(known)}")
        for index, name in enumerate(asked):
            if known and name not in known:
                hint = did_you_mean(name, known, f"purposes are: {', '.join(known)}")
                problems.error("A203", (*path, index), f"there is no purpose called `{name}`", hint)


def _check_google(consent: ConsentShape, destinations: Mapping[str, PlatformShape], problems: Problems) -> None:
    """Google must be given both of its own purposes, and people must have been asked for both."""
    if not purposes(consent):
        return
    for name, destination in destinations.items():
        if not isinstance(destination, GoogleShape):
            continue
        missing = [each for each in GOOGLE_PURPOSES if each not in needed(consent, name, destination)]
        if missing:
            said = next((place for place in (name, destination.platform) if place in consent.needed), None)
            path: Path = ("consent", "needed", said) if said else ("consent", "purposes")
            where = "to the list" if said else "with the column that holds it"
            message = f"Google needs consent for {listed(missing, 'and')}, and it is not asked for"
            hint = f"add {listed(missing, 'and')} {where}: Google ignores EEA people without both"
            report = problems.error if said else problems.error_on_key
            report("A210", path, message, hint)
