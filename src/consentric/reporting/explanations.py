"""The long text of codes that come up while a command works: data, consent, guards, the record, the command line.

Codes of the audiences file are explained beside the rules that raise them, those of the platforms beside their table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DATA: Final[Mapping[str, str]] = {
    "A301": """A file of a source is not where the audiences file says it is.
Paths are relative to the folder of the audiences file. A pattern such as `exports/*.csv` must match at least one file.""",
    "A302": """A source names a folder, or CSV and Parquet files under one pattern.
Name a file, or a pattern of files of one kind.""",
    "A303": """A file of people or of consent is empty, or has a header and nothing else.
An export that failed looks like a company that lost all its customers. Nothing is sent and nobody is removed.""",
    "A304": """Two columns of a CSV file have the same name, so nobody can say which one a rule means.""",
    "A305": """A file is not in the encoding that its source declares.
Name the `encoding:` (latin-1, utf-16, …) or save the file as UTF-8. Nothing is guessed.""",
    "A306": """A CSV file seems to use another separator than its source declares; name it with `delimiter:`.""",
    "A307": """A quote is opened and never closed: the file is cut off, or a cell holds a single quote sign.
A reader would swallow the rest of the file into one cell.""",
    "A308": """A file cannot be read to its end: it is damaged, cut off, or still being written.
Write exports under another name and rename them when they are complete.""",
    "A309": """A file changed while it was read.
Half of an old export and half of a new one is nobody's data, so the run stops.""",
    "A310": """Files that one pattern names have different columns.""",
    "A311": """More than a tenth of the rows of a CSV file have too many or too few cells.
Fewer are left out and counted (W316); so many mean that the separator or the quote sign is another one.""",
    "A320": """More than one cell in a hundred of a column cannot be read as the number or date that a rule wants.
Numbers have a dot, dates look like 2026-01-31. Unreadable cells count as empty, so people would silently drop out.""",
    "A321": """A column that should hold contacts or keys is of a type that holds neither texts nor numbers.""",
    "A322": """A column that is needed is missing from the rows of a source, or there twice.""",
    "A330": """A contact column holds hashes instead of values.
They cannot be normalised any more, so most of them would match nobody.""",
    "A390": """The data does not fit into the memory of this machine.
Nothing is written to disk instead, since it would hold personal data.""",
    "A391": """The engine failed. This is a defect of consentric, or of a library below it; please report it.""",
    "A392": """People are linked with each other in chains that do not end.
Some column holds odd values that join everybody; look at the keys of the sources.""",
}

CONSENT: Final[Mapping[str, str]] = {
    "A410": """The clock of this machine shows an impossible year, so whose consent has expired cannot be told.""",
    "A420": """The consent source could not be read again during a long run.
Whoever withdrew meanwhile could not be seen, so nothing more is added. Removals go on.""",
    "A421": """Somebody withdrew while a request was being repeated because the platform did not answer.
The request is not repeated: it would name them. The next run leaves them out and adds the others.""",
}

GUARDS: Final[Mapping[str, str]] = {
    "A233": """`renamed_from` names an audience of which no list is on record.
Most likely it is misspelt: then the old list would be left behind and a new one filled. If it never had a list, take it out.""",
    "A234": """An audience and the one that it is renamed from both have a list in the same account.
That happens when the new key was synced once without `renamed_from`. Two lists cannot become one: the new one goes on, and
`consentric prune` deletes the old one.""",
    "A601": """A list would be smaller than `min_size`. It is not made and nobody is added; removals still happen.""",
    "A602": """More people would be removed from a list than `max_removals` allows.
Usually an export is incomplete. If it is right, allow the number that the message names, for one run.""",
    "A603": """More people would be added to a list than `max_additions` allows. The first fill of a list is exempt.""",
    "A604": """Many people who are on a list have no consent record any more, or one with an unknown word.
Consent does not vanish by itself: look at the export of the consent log. Their removal and all adds wait.""",
    "A605": """A source has far fewer rows than at the last run that went well.
The lists whose rule reads it wait; if it is the consent source, all do.""",
    "A606": """A source is older than its `fresh_within`, so the lists whose rule reads it wait.""",
    "A607": """Too many cells of a contact column cannot be used: its format has probably changed.""",
    "A608": """The consent source is older than its `fresh_within`. Nothing is added anywhere; whoever withdrew still leaves.""",
    "A610": """Google wants the Customer Match terms accepted by the account, and a statement that they are.
Nothing is added until the file says who accepted them and when. Removals always go out.""",
    "A620": """An audience is no longer in the file, or no longer sent to this destination, and its list still exists.
Nobody is added to it; whoever withdraws is still removed from it. Thirty days after the first sync that saw it leave, everybody
else is removed too, and no guard holds that back: each plan of those days has said so. `consentric prune` deletes the list at
once.""",
    "A621": """An audience is no longer in the file, and somebody deleted its list on the platform.
Nothing is left to be removed there. `consentric prune` looks once more and strikes the list off the record.""",
    "A630": """The list that is on record is a list of another type on the platform, for instance one of device ids.
Nothing is sent to it. A list of another key is another list.""",
    "A631": """The list that is on record belongs to another account, or the credentials may not change it.
It was shared with this account, or the destination names another account than before. Nothing is sent to it.""",
    "A632": """A Google list is closed for new members, by somebody or because no ad used it for long.
Nobody is added or refreshed; whoever has to leave is removed. Open it in Google Ads under Audience manager.""",
    "A640": """`prune` keeps a list because ads use it: deleting it would stop them.
Take the list out of those ads and run it again. If they may stop, allow the number of lists that the message names. Where it
cannot be told whether ads use a list (the Google Ads API answers that, and wants its own access), it counts as in use.""",
}

RECORD: Final[Mapping[str, str]] = {
    "A701": """The state folder, or a file in it, cannot be read or written.""",
    "A702": """The state folder lies on a network or FUSE file system, where a power cut can tear the ledger.""",
    "A703": """The disk of the state folder is full. Nothing was sent.""",
    "A704": """A file of the state folder can be read by others on this machine. Hashes are personal data.""",
    "A705": """The install key is missing. Without it suppressed people could be sent again, so nothing is sent.""",
    "A706": """The install key is another one than the one that the ledger was made with.""",
    "A707": """The ledger was written by another version of consentric.""",
    "A708": """The ledger is damaged or gone although lists were filled from it.
Without it consentric does not know who is on the lists, and must not guess.""",
    "A709": """A membership file is damaged or gone: its checksum does not fit.""",
    "A710": """The ledger could not be used just now.""",
    "A720": """Another run is at work in this state folder. Only one may write.""",
}

COMMANDS: Final[Mapping[str, str]] = {
    "A901": """The run was interrupted. The request in flight was finished; nothing is lost, and the next run goes on.""",
    "A902": """The answer could not be written, for instance because the disk is full.""",
    "A905": """CONSENTRIC_CLOCK is neither a shift such as +36h nor an instant such as 2026-11-23T04:30:00Z.""",
    "A906": """The file that --env-file names is not there.""",
    "A907": """Nobody is there to answer the question whether to send. Say --yes, after having looked at the plan.""",
    "A908": """CONSENTRIC_CLOCK is set although a destination is a real platform. Rehearsals belong on this machine.""",
    "A909": """A command names an audience or a destination that the file does not have.""",
    "A910": """There is no such code.""",
    "A921": """The sandbox did not start.""",
    "A922": """A step of the demo failed; the step's own message says why.""",
    "A924": """The folder for the demo is not empty. Name one that does not exist yet.""",
    "A925": """A number of removals or additions is allowed for one audience at a time.""",
}

NOTICES: Final[Mapping[str, str]] = {
    "W310": """The file has no `identifiers:`, so columns called `email` and `phone` of the sources of people are sent, hashed.
Names, postcode and country are sent only when they are named. Write the block `identifiers:`, even if it says the same: then
the file shows what leaves this machine.""",
    "W312": """Cells of a contact column cannot be used. Their people can still be sent if they have another contact.""",
    "W313": """A value is held by more than 20 people: an office's switchboard, an info@ address.
As a key it joins nobody, and as a contact it is not sent; people who have another contact are sent by that one.""",
    "W315": """A source of activities has no rows.""",
    "W316": """Rows of a CSV file have too many or too few cells. They are left out.""",
    "W317": """Rows lie in the future. They do not count until their time has come.""",
    "W330": """Somebody gave a list another name on the platform.
Lists are known by their number and by a tag, never by their name, so it goes on as before. The name is set again when `name` or
`description` of the audience changes in the file.""",
    "W331": """Meta marks customer lists that no ad has used for two years, and deletes them ninety days later.
Use the list in an ad set, or take its audience out of the file.""",
    "W332": """The record has a list in an account that no destination of the file names any more.
Nobody can be removed from it, whoever withdraws neither. Put the destination back, even with no audience that is sent to it:
then withdrawals leave, and `consentric prune` can delete the list.""",
}

EXPLANATIONS: Final[Mapping[str, str]] = {**DATA, **CONSENT, **GUARDS, **RECORD, **COMMANDS, **NOTICES}
