"""The long text of codes that come up while a command works: data, consent, guards, the record, the command line.

Codes of the audiences file are explained beside the rules that raise them, those of the platforms beside their table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DATA: Final[Mapping[str, str]] = {
    "A250": """`consentric test` found no test files.
They lie in `tests/` beside the audiences file and end in `.yaml`, or are named behind the command.""",
    "A251": """A test of an audience does not come out as it says.
Somebody invented should be in the audience and is not, or the other way round. Below the message stands how the rule reads on the
day of the test. Either the rule says something else than was meant, or the test does.""",
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
    "A330": """A contact column holds hashes instead of values, more than one cell in a hundred.
They cannot be normalised any more, so most of them would match nobody. If they are the SHA-256 of the platform's own form, say
so: `email: {column: crm.email_hash, prehashed: sha256}`; then they are sent as they are.""",
    "A340": """An option of `identify` names a column that the file does not have.
Names are taken as they stand in the file, with their case.""",
    "A341": """`identify` found no column that it could look at.
Columns are known by their names, such as email, mobile or fornavn. Say which is which where yours are called otherwise:
`--column email=Kontakt`.""",
    "A342": """The first line of a file holds a contact, so it is a row and names no columns.
It is not shown. Put a line with the names of the columns above the rows.""",
    "A390": """The data does not fit into the memory of this machine.
Nothing is written to disk instead, since it would hold personal data.""",
    "A391": """The engine failed. This is a defect of consentric, or of a library below it; please report it.""",
    "A392": """People are linked with each other in chains that do not end.
Some column holds odd values that join everybody; look at the keys of the sources.""",
}

CONSENT: Final[Mapping[str, str]] = {
    "A410": """The clock of this machine shows an impossible year, so whose consent has expired cannot be told.""",
    "A411": """The clock of this machine stands before what the record has written already, by more than a quarter of an hour.
By such a clock consent that has run out looks alive, and rules that look back some days pick other people. So nobody is added
or sent again, and nobody leaves because of a rule; whoever withdrew, refused, objected or is erased is removed as always, and
nothing of it is lost: the next run whose clock is right does the rest. Set the clock, and let NTP keep it. In a rehearsal,
`CONSENTRIC_CLOCK` went back. If the clock is right now and was ahead before, say so with
`consentric state clock --is-right`.""",
    "A412": """`consentric state clock --is-right` is for a record that was written by a clock that was ahead.
Here the clock is not behind the record, so there is nothing to put right.""",
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
    "A603": """More people would be added to a list than `max_additions` allows.
The first fill of a list is exempt, until a sync of it has ended well.""",
    "A604": """Many people who are on a list have no consent record any more, or one with an unknown word.
Consent does not vanish by itself: look at the export of the consent log. Their removal and all adds wait.""",
    "A605": """A source has far fewer rows than at the last run that went well.
The lists whose rule reads it wait; if it is the consent source, all do.""",
    "A606": """A source is older than its `fresh_within`, so the lists whose rule reads it wait.""",
    "A607": """Too many cells of a contact column cannot be used: its format has probably changed.""",
    "A608": """The consent source is older than its `fresh_within`. Nothing is added anywhere; whoever withdrew still leaves.""",
    "A610": """Google wants the Customer Match terms accepted by the account, and a statement that they are.
Nothing is added until the file says who accepted them and when. Removals always go out.""",
    "A650": """An audience says `paused: true`. Nobody is added; whoever no longer fits, or withdraws, leaves as ever.
Who stays is sent again in time, so that nobody runs out.""",
    "A660": """Since somebody looked at the saved plan, its list would add or remove clearly more people than it shows.
The limit is a hundredth more than the plan shows, and twenty people. The list waits; withdrawals go. Look at a new plan.""",
    "A661": """The audiences file is not the one that the saved plan was made of, so nobody approved what it says now.""",
    "A662": """The saved plan was made with another state folder, or with none although lists were filled since.
Its numbers speak of other lists than those that this sync would change.""",
    "A663": """The saved plan is older than seven days, or from the future.
An approval is for a change that somebody looked at, not for ever.""",
    "A620": """An audience is no longer in the file, or no longer sent to this destination, and its list still exists.
Nobody is added to it; whoever withdraws is still removed from it. Thirty days after the first sync that saw it leave, everybody
else is removed too, and no guard holds that back: each plan of those days has said so. `consentric prune` deletes the list at
once.""",
    "A622": """An audience is no longer in the file, and somebody deleted its list on the platform.
Nothing is left to be removed there. `consentric prune` looks once more and strikes the list off the record.""",
    "A630": """The list that is on record is a list of another type on the platform, for instance one of device ids.
Nothing is sent to it. A list of another key is another list.""",
    "A631": """The list that is on record belongs to another account, or the credentials may not change it.
It was shared with this account, or the destination names another account than before. Nothing is sent to it.""",
    "A632": """A Google list is closed for new members, by somebody or because no ad used it for long.
Nobody is added or refreshed; whoever has to leave is removed. Open it in Google Ads under Audience manager.""",
    "A641": """`prune` keeps a list because ads use it: deleting it would stop them.
Take the list out of those ads and run it again. If they may stop, allow the number of lists that the message names. Where it
cannot be told whether ads use a list (the Google Ads API answers that, and wants its own access), it counts as in use.""",
    "A621": """Somebody who said no is on a list of an account that no destination of the file is any more.
Nothing can be sent there. Put the destination back, or delete the list on the platform.""",
    "A640": """The clock of this machine and the platform's differ by more than half an hour.
To fill a list anew, whoever was last added before an instant is removed; with clocks that differ it might be everybody.""",
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
    "A730": """A backup lacks a file, or a file of it has other bytes than were backed up.
Nothing is restored from it, not even a part.""",
    "A731": """The record that is there is sound, and knows of requests that were sent since the backup; or it is of another
installation. Whoever was sent since the backup would be forgotten, and could not be removed any more.""",
    "A732": """A restore was killed after its backup was verified and before it was in its place.
The next run that writes finishes it; until then nobody may read a mixture.""",
    "A733": """A backup goes into a folder that does not exist yet, outside the state folder.""",
    "A734": """There is no record in the folder that is named as the state folder.""",
    "A735": """Membership files disappeared again and again while they were backed up.""",
    "A736": """The chain of events does not fit at the number that is named: somebody changed the ledger by hand, or a disk did.
Each event's digest covers the one before it. What the events say up to the number before is proved; a head that was written
down tells whether more of it is. Nothing that decides who is sent depends on the events, so runs go on, and the break stays
visible until it is older than events are kept. `consentric state restore` of a backup whose chain is whole mends it, if the
record itself was meddled with.""",
    "A740": """The state folder was begun in another `environment:` than the file names.
A record belongs to one environment: with that of another, test data would change the lists of production.""",
    "A720": """Another run is at work in this state folder. Only one may write.""",
    "A721": """Another run was at work for longer than --lock-timeout, so nobody was taken off the lists yet.
The suppression is written: the run at work adds these people no more, and the next sync removes them first.""",
}

COMMANDS: Final[Mapping[str, str]] = {
    "A901": """The run was interrupted. The requests in flight were finished; nothing is lost, and the next run goes on.""",
    "A902": """The answer could not be written, for instance because the disk is full.""",
    "A905": """CONSENTRIC_CLOCK is neither a shift such as +36h nor an instant such as 2026-11-23T04:30:00Z, or
CONSENTRIC_ROWS is no number of rows.""",
    "A906": """The file that --env-file or --file names is not there, or cannot be read.""",
    "A907": """Nobody is there to answer the question whether to go ahead. Say --yes, after having looked at what it does.""",
    "A908": """CONSENTRIC_CLOCK or CONSENTRIC_ROWS is set although a destination is a real platform. Rehearsals belong on
this machine.""",
    "A909": """A command names an audience or a destination that the file does not have.""",
    "A910": """There is no such code.""",
    "A921": """The sandbox did not start.""",
    "A922": """A step of the demo failed; the step's own message says why.""",
    "A924": """The folder for the demo is not empty. Name one that does not exist yet.""",
    "A926": """A line is no key of a person. Nothing was done, for none of the lines; the line is not shown.
Give one e-mail address, phone number (with its country code) or primary key a line.""",
    "A927": """No keys were given, or in more than one way.
Give them on stdin, with `-`, or in a file, with --file; one a line.""",
    "A928": """The reason is missing, or looks as if it held a contact or a key of the person. It is kept for good.""",
    "A929": """A key stands on the command line. The shell keeps it in its history, and others on the machine can see it.""",
    "A930": """`state rebuild` was asked for lists that were never filled from this state folder.""",
    "A931": """One list of a platform can be taken over by one list of ours: one audience, one destination.""",
    "A932": """The list that should be taken over is not there, belongs to another account, or takes no customers.""",
    "A940": """The file that --plan or --summary names is not what the option wants: another document, a cut one, or none.
--plan takes what `consentric plan --out FILE` wrote, --summary what `status --json` or `sync --json` printed.""",
    "A941": """Options that do not go together, or a file that an answer would overwrite; the sentence says which.""",
    "A950": """An option of `identify` has a value that means nothing: no country, no field, no sign between cells.""",
    "A951": """`identify` writes a new Parquet file and replaces none that is there, unless it is told to with --force.
Hashes of customers are personal data; they are never shown on a screen.""",
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
    "W340": """An `approve:` line is for another day than today, so it does nothing. Remove it when its day is over.""",
    "W341": """An `approve:` line is for today, and no list of its audience needs it: nothing is stopped that it would let go.""",
    "W731": """Something lies in the state folder that consentric did not put there.""",
    "W732": """A run that is at work, or was killed, left a file that belongs to nothing yet. The next sync clears it.""",
    "W733": """The platform may hold people of a list whom the record does not know: the record was put back from a backup,
somebody else filled the list, it was deleted on the platform, or a rebuild was asked for.
Nobody is added until the list was filled anew.""",
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
