"""The long text of every code: what it means, why it is a problem, and what to write instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

READING: Final[Mapping[str, str]] = {
    "A001": """The file is not valid YAML, so nothing after this place can be understood.
The commonest reasons: a tab where spaces belong, no space after a colon, a bracket or a quote that is not closed, a
missing comma inside `{…}`, or a line that is not indented like its neighbours.""",
    "A002": """The file is not plain UTF-8 text: it is saved in UTF-16 or Latin-1, or holds a control character.
Save it as UTF-8; every editor has that choice in its "save as" window.""",
    "A003": """There is no audiences file at this place, or it cannot be read.
`-f FILE` names another one. To begin, copy the twelve lines of the README, or let `consentric demo --keep DIR` write a whole
shop with its file. A folder, a pipe or a device is not taken for a file.""",
    "A004": """The file is larger, longer or more deeply nested than any real one.
The limits are 1 MiB, 60 000 values and 20 levels; they keep a broken or hostile file from using up the machine.""",
    "A005": """The file says a `version` that this consentric does not know.
Install a newer consentric, or write the version that this one reads.""",
    "A006": """The file uses a part of YAML that audiences do without.
Anchors, references, merges, tags, directives and several documents in one file make it hard to see what a list of people
is. Write the value out where it is needed.""",
    "A007": """The same key stands twice in one block.
YAML readers usually take the last one without a word. The message names the line of the first.""",
    "A008": """The file is empty, its top level is not a block of keys, or a key is a number where a word belongs.
A file begins with `version: 1`. A key that looks like a number goes in quotes.""",
    "A010": """An environment variable that the file names has no value.
Set it, or write it into a file `.env` beside the audiences file. `${NAME:-default}` gives a default. Inside `destinations:`
this is only a warning (W010) for commands that contact no platform.""",
    "A011": """A token or another secret is written into the file.
Files are copied, mailed and kept in Git for ever. Write `"${NAME}"` and set the variable where the job runs; then have the
platform withdraw the secret that was here.""",
}

SHAPE: Final[Mapping[str, str]] = {
    "A100": """A value is of another kind than its key asks for: a word for a number, a list for a text, nothing at all.
The hint says what to write. `true` and `false` are the only words for yes and no in settings.""",
    "A101": """A key that must be there is missing.
The caret stands on the block that lacks it. `valid_for` and `proof` may be missing in rehearsals only.""",
    "A102": """The key is not a word of the language, at least not here.
Unknown keys are refused rather than ignored: a misspelt `exclude` would send people who should be left out.""",
    "A103": """A condition begins with a word that starts none.
Conditions are `{field: …}`, `{did: …}`, `{did_not: …}`, `{last: …}`, `{first: …}`, `{top: …}`, `{bottom: …}`,
`{in_audience: …}`, `{all: […]}`, `{any: […]}` and `{not: …}`.""",
    "A104": """The key is right, but its value is written in a way that cannot be read.
Times are `90 days` or `6 months ago`, dates `2026-01-31`, shares `5%`.""",
    "A105": """A condition tests nothing, or two things at once.
One `field` has one test, such as `is: DK`; a range is `between: [low, high]`; a sum needs a number to be compared with.""",
    "A106": """Two words stand together that do not go together, or say the same thing twice.
Make two conditions of them, or keep the one that is meant.""",
    "A107": """A name has characters that names cannot have.
Keys of audiences are lower case, digits and underscores, because they are how a list is found again for years; `name:` is
what people see and may be anything.""",
    "A108": """A number or a date is written as Danes write it, and would be read as something else.
`5.000` reads as 5: write `5000`. `2,5` is `2.5`, `5000 kr` is `5000`, `24-12-2026` is `2026-12-24`. Put it in quotes where
the text itself is meant.""",
    "A190": """The language has this word, but this version of consentric does not do it yet.
It is refused rather than ignored, since an audience without it would be another audience.""",
}

MEANING: Final[Mapping[str, str]] = {
    "A201": """A source is used as the other kind of source than it is.
A source with an `at:` column holds things people did: ask with `did`. One without holds things we know: ask with `field`.""",
    "A202": """A column that the file names is not in the data.
Names are compared letter by letter, capitals included. For consent this stops everything: a missing column is never a yes.""",
    "A203": """Something is called by a name that nothing in the file has: a source, destination, audience or purpose.""",
    "A204": """Inside `where`, `only` and `was` a field is a column of that one source.
Write the column alone, without the name of the source.""",
    "A205": """A column is named without its source, and several sources have it.
Write `source.column`, so that the audience stays the same when a source gains a column.""",
    "A206": """Audiences exclude each other or ask for each other in a circle, or one does so with itself.
Break the circle at one place; a building block with `send_to: []` that both exclude often says what is meant.""",
    "A207": """A window or a range in which nothing can lie, because its ends are the wrong way round.""",
    "A208": """Two audiences have the same name on the same destination, apart from capitals and spaces.
Nobody could tell the two lists apart in the ad account.""",
    "A209": """A condition tests a column that says who somebody is: an e-mail, a phone, a name, a key.
Audiences describe groups, not people. Such a column may be tested only by `exists`, or by the domain of an address:
`ends_with: "@hyggeshop.example"`.""",
    "A210": """Google needs consent for both `ad_user_data` and `ad_personalization`.
Without both it does not use data of people in the EEA, and people must have been asked for both.""",
    "A211": """A word of consent means yes and no at once.
Without `granted:` and `refused:` some words count by default: true, 1, yes, ja, granted mean yes; false, 0, no, nej, denied,
refused, withdrawn mean no.""",
    "A212": """A destination would need no consent at all.
Consent is the only basis on which anybody is sent; there is no way to do without.""",
    "A213": """An `endpoint` leads to another machine.
It exists for rehearsals on this machine: 127.0.0.1, localhost or [::1]. Without it the real platform is reached.""",
    "A214": """`keep_for` is longer than the platform keeps anybody on a list. Google: 540 days.""",
    "A215": """`terms_accepted: true` is enough for a rehearsal only.
For a real account it says who accepted the Customer Match terms, and when: `{by: …, on: 2026-01-31}`.""",
    "A216": """Two destinations name the same account, so both would fill the same lists.
Name each account once; an audience may be sent to several destinations.""",
    "A220": """A real destination, and nobody answers for it.
The block `privacy:` names the controller, a contact and the notice; they are printed in answers to people who ask.""",
    "A221": """A real Meta account without a `token` cannot be reached.""",
    "A231": """`renamed_from` names an audience that is still in the file.
It says that an audience has a new key and keeps its lists, so the old key must be gone. To copy an audience, write it twice.""",
    "A232": """Two audiences say that they were one. A list has one audience: only one of them can take it over.""",
    "A240": """A list of values, `is: {file: …}`, cannot be read.
It is a text file in UTF-8 with one value a line, below the folder of the audiences file (links followed), of at most 1 MiB.
A longer list is a source: give it a key, and ask with `field`.""",
    "A241": """A list of values holds e-mail addresses or phone numbers.
Such files are kept with the audiences file, in Git and in mails. People belong into a source.""",
}

WARNINGS: Final[Mapping[str, str]] = {
    "W010": """An environment variable of a destination has no value, or a line of `.env` is no assignment.
Nothing is sent by this command, so it goes on; `sync` and `confirm` will stop (A010).""",
    "W220": """As A220, from a command that sends nothing.""",
    "W221": """As A221, from a command that sends nothing.""",
    "W301": """"Not DK or not NO" is true of everybody: who is in Denmark is not in Norway.
`is_not: [DK, NO]` means neither of the two.""",
}

CODES: Final[Mapping[str, str]] = {**READING, **SHAPE, **MEANING, **WARNINGS}
