"""What a key, a word or a code is for, in one sentence each: the words of the generated tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from consentric.identifiers.reasons import Unusable
from consentric.model.people import Reason

KEYS: Final[Mapping[str, str]] = {
    "top.version": "Which version of this language the file is written in: `1`.",
    "top.timezone": "The zone in which whole days are counted, such as `Europe/Copenhagen`.",
    "top.currency": "Three letters, such as `DKK`. Only for readers so far.",
    "top.environment": "One word, such as `test`. A state folder serves one environment and refuses the file of another.",
    "top.sources": "Where rows come from.",
    "top.identifiers": "Which columns hold what platforms match by. Without this block, columns called `email` and `phone` "
    "in sources that make people are taken, and nothing else.",
    "top.consent": "Who agreed to what. There is exactly one such block, and no way around it.",
    "top.destinations": "Ad accounts, by a name of your own.",
    "top.privacy": "Who answers for what is sent. Needed before anything goes to a real platform.",
    "top.ledger": "How long the record of who was sent where is kept.",
    "top.guards": "Limits for all lists; an audience can have its own.",
    "top.defaults": "What audiences say when they say nothing.",
    "top.audiences": "Who belongs where.",
    "sources.file": "A path or a pattern such as `exports/nps_*.csv`: CSV or Parquet. Relative to the folder of the file.",
    "sources.key": "The column or columns that say who a row is about: `email`, `[customer_id, email]` or "
    "`{email: their_column}`. Rows of any sources that share a key are the same person.",
    "sources.at": "The column with the time of a row. With it, the source holds things people **did**; without it, things we "
    "**know**.",
    "sources.event": "The column that names what happened, so that `web.add_to_cart` can be asked for.",
    "sources.people": "`false`: rows only add facts about people known from elsewhere.",
    "sources.only": "Which rows count at all: row tests, such as `{field: status, is: paid}`.",
    "sources.fresh_within": "How old the newest file may be. An older one stops the lists that read it.",
    "sources.timezone": "The zone of times without an offset.",
    "sources.delimiter": "What separates the cells of a CSV file; `tab` for a tab.",
    "sources.encoding": "How a CSV file is encoded, such as `latin-1`.",
    "sources.quote": "What encloses cells of a CSV file.",
    "identifiers.email": "E-mail: one column, or several in order of trust. A column of ready hashes is written "
    "`{column: crm.email_hash, prehashed: sha256}`, see below.",
    "identifiers.phone": "Phone. Numbers without a country code are read by the row's country, else by `assume_country`.",
    "identifiers.first_name": "First name.",
    "identifiers.last_name": "Last name.",
    "identifiers.city": "City. Only Meta takes it, in the letters a to z, hashed.",
    "identifiers.state": "State or region, read in the row's country. Only Meta takes it, hashed.",
    "identifiers.birth_date": "Birth date, year first: `1997-02-16`. Only Meta takes it: year, month and day, each hashed.",
    "identifiers.gender": "Gender: `m`, `f`, or a word for one of them. Only Meta takes it, hashed; anything else is left blank.",
    "identifiers.mobile_id": "Mobile advertising id (AAID, IDFA), with its hyphens. Only Meta takes it, in clear: for Google it "
    "needs a list of its own, which comes later.",
    "identifiers.postcode": "Postcode. Google gets it in clear, Meta hashed.",
    "identifiers.country": "Country, as two letters. Google gets it in clear, Meta hashed.",
    "identifiers.assume_country": "Two letters: the country of phones and addresses that do not say.",
    "consent.from": "The source whose rows say it.",
    "consent.granted": "Short form: the one column whose yes is a yes to everything. Either this or `purposes`.",
    "consent.purposes": "Long form: each purpose with its column, see below.",
    "consent.given_at": "The column that says when somebody answered.",
    "consent.withdrawn_at": "The column that says when somebody withdrew. Anything in it is a withdrawal.",
    "consent.valid_for": "How long a yes holds: `24 months`, or `never` (never runs out). A real destination needs it.",
    "consent.proof": "How people were asked: a column, or `{form, text, channel, source}`. Kept as evidence, never sent. A "
    "real destination needs it.",
    "consent.needed": "Which purposes a platform or a destination needs: `{google: [ad_user_data, ad_personalization]}`.",
    "consent.fresh_within": "How old the consent source may be. An older one stops all additions.",
    "purposes.column": "The column that holds the answer.",
    "purposes.granted": "The words that mean yes. Case and spaces around them do not matter.",
    "purposes.refused": "The words that mean no. Every other word is *unclear*, and unclear is not a yes.",
    "google.platform": "`google`.",
    "google.endpoint": "An address on this machine, for rehearsals: `127.0.0.1:9000`.",
    "google.customer_id": "The Google Ads account whose lists these are.",
    "google.login_customer_id": "The manager account through which the credentials have access.",
    "google.terms_accepted": "Your own statement that the Customer Match terms are accepted: `{by: Maria Holm, on: "
    "2026-10-01}`. Without it nobody is added. In a rehearsal `true` is enough.",
    "google.ads_endpoint": "The same for the Google Ads API, which nothing uses yet.",
    "meta.platform": "`meta`.",
    "meta.endpoint": "An address on this machine, for rehearsals: `http://127.0.0.1:9001`.",
    "meta.ad_account": "The ad account, `act_` and digits.",
    "meta.token": '`"${META_ACCESS_TOKEN}"`: the name of a variable, never the token itself.',
    "meta.app_secret": '`"${META_APP_SECRET}"`, where the app asks for proof of it.',
    "privacy.controller": "The company that is responsible.",
    "privacy.contact": "Where people can write to.",
    "privacy.notice": "Where the privacy notice stands.",
    "ledger.keep_for": "How long it stays on record that somebody was on a list, after they left it.",
    "guards.min_size": "Fewer people than this: the list is not made and nobody is added.",
    "guards.max_removals": "More of the people on the list would leave: nothing moves.",
    "guards.max_additions": "More would be added, as a share of those on the list: nothing moves. The first fill is free.",
    "guards.max_vanished": "More people had a yes and now have no record or an unknown word: these stay, and nobody is added.",
    "guards.max_source_shrink": "A source lost more rows than this since the last run: lists that read it stop.",
    "guards.max_rejected": "More cells of a contact column cannot be used: all lists stop.",
    "defaults.owner": "See `audiences`.",
    "defaults.keep_for": "See `audiences`.",
    "defaults.send_to": "See `audiences`.",
    "audiences.name": "The name that Google and Meta show.",
    "audiences.description": "For readers, and for the platform.",
    "audiences.tags": "For readers.",
    "audiences.owner": "Whom to ask. The plan shows it.",
    "audiences.who": "One condition or a list; a list means all of these.",
    "audiences.exclude": "Audiences whose people are left out. Their rule counts, not their own `exclude`.",
    "audiences.send_to": "One destination or several; `[]` makes a building block that is never uploaded.",
    "audiences.keep_for": "Google: how long a member stays without being sent again, at most 540 days; a sync sends people "
    "again in time. Meta counts no days: people stay until they leave by a removal.",
    "audiences.guards": "Limits of this audience.",
    "audiences.paused": "`true`: nobody is added; whoever no longer fits, or withdraws, still leaves.",
    "audiences.approve": "A large change that is wanted: `{removals: 2993, on: 2026-11-23}`, also `additions`. At most so many "
    "people on each of its lists, on that day only.",
    "audiences.renamed_from": "The key that this audience had before: its lists keep their people. It may stay in the file.",
}

CONDITIONS: Final[Mapping[str, str]] = {
    "field": "A column of something we know, `customers.country`; the source may be left out while only one has it. True if "
    "any row of the person passes.",
    "did": "The person did this: `orders`, or `web.add_to_cart` where the source has an `event`. Without a number: at least "
    "once.",
    "did_not": "The person did not, not even once.",
    "last": "The newest row of this activity lies in the window and passes `was`. Without a row: false.",
    "first": "The oldest row, the same way.",
    "top": "Among the best of everybody who did this: `10%` (rounded up to whole people) or `500 people`. Ranked before anything "
    "else is asked; whoever ties with the last one in is in.",
    "bottom": "Among the last of them.",
    "in_audience": "Fits the rule of another audience, without what that one excludes. Consent comes afterwards, as always.",
    "all": "All of these.",
    "any": "At least one of these.",
    "not": "The opposite.",
    "where": "Which rows count: row tests on columns of that source.",
    "sum": "The sum of a column instead of the number of rows. Needs a number.",
    "average": "The average of a column. Needs a number.",
    "min": "The smallest value of a column. Needs a number.",
    "max": "The largest value of a column. Needs a number.",
    "distinct": "How many different values a column has. Needs a number.",
    "at_least": "This or more.",
    "at_most": "This or less. For `did` still at least once: `at_most: 2` is one or two.",
    "more_than": "More than this.",
    "less_than": "Less than this.",
    "between": "`[low, high]`; both ends count.",
    "exactly": "This number.",
    "is": "This value, one of a list, or one of the lines of a file: `{file: lists/aarhus.csv}`. Text is compared without "
    "regard to capitals and spaces around it.",
    "is_not": "None of these; also true of people with no value or no row.",
    "contains": "The text has this in it.",
    "starts_with": "The text begins with this.",
    "ends_with": "The text ends with this.",
    "exists": "`true`: there is a value; `false`: there is none.",
    "in_the_last": "From midnight so long ago until now: `90 days`, `6 months`.",
    "since": "From that day on: `6 months ago` or `2026-01-31`.",
    "until": "Up to the end of that day.",
    "during": "`this month`, `last month`, a month such as `2026-03`, or the newest such days that are over: "
    "`last 15 Nov to 24 Dec`.",
    "anniversary": "Day and month are those of `today`, `this month` or the `next 7 days` (today is one of them); "
    "29 February counts as the 28th.",
    "was": "What that one row must be like: row tests.",
    "overdue_by": "Longer ago than the person's own rhythm: `50%` means one and a half times the median gap between their days. "
    "With `at_least` it takes so many different days, else 3.",
    "then": "Some row is followed by a row of this, at the same instant or later.",
    "not_then": "Some row is not followed by one.",
    "same": "The later row has the same value in this column; an empty one matches nothing.",
    "within": "The later row comes within `3 hours` or `7 days` (of 24 hours each).",
    "share": "Which part of the rows: row tests. The number is a share: `more_than: 40%`.",
    "of": "With `share`: of the sum of this column instead of the number of rows. With `top` and `bottom`: among the people "
    "of this audience; those without a row rank last.",
    "by": "What people are ranked by: `{did: orders, sum: amount, in_the_last: 24 months}`.",
}

EXIT_CODES: Final[Mapping[int, tuple[str, str]]] = {
    0: ("done; for `sync`: every platform accepted what it was sent", "nothing"),
    1: ("failed: platform, network, state folder, or a bug", "run again; tell the engineer if it stays"),
    2: ("only `plan --detailed-exitcode`: there are changes", "nothing"),
    3: ("the file is wrong, or a source or column is missing", "tell the author of the file; do not retry"),
    4: ("a guard stopped something, or the status is too old", "tell the owner of the audience; do not retry"),
    5: ("partly done, or the quota of the day is used up", "run again; nothing is sent twice"),
    6: ("credentials, permission or terms", "tell the engineer; do not retry"),
    64: ("wrong command line", "mend the command"),
    75: ("another run is at work", "nothing: the other run does the work"),
    130: ("Ctrl-C; the requests in flight were finished", "nothing"),
    143: ("SIGTERM, the same way", "run again"),
}

WHY_NOT: Final[Mapping[Reason, str]] = {
    Reason.SUPPRESSED: "Objected, asked not to be used for now, or was erased, by command; only `unsuppress` lifts it.",
    Reason.WITHDREW: "The newest decision is a withdrawal.",
    Reason.REFUSED: "The newest answer is a word that means no.",
    Reason.EXPIRED: "The newest decision is a yes that is older than `valid_for`.",
    Reason.UNCLEAR: "The newest answer is a word that means neither yes nor no, a blank with a date, or a yes without one.",
    Reason.NO_RECORD: "There is no answer at all, or only a yes that lies in the future.",
    Reason.TOO_YOUNG: "Younger than the file allows. (The block `people:` comes later, so the count is 0 now.)",
    Reason.SHARED_KEY: "Consents, but shares every e-mail and phone with somebody who does not.",
}

UNUSABLE: Final[Mapping[Unusable, str]] = {
    Unusable.EMPTY: "Nothing, or only spaces.",
    Unusable.PLACEHOLDER: "Something typed to get past a form: `n/a`, `-`, `test@test.dk`.",
    Unusable.LOOKS_HASHED: "A hash already. Name a column that holds the value itself, or say `prehashed: sha256`.",
    Unusable.CONTROL_CHARACTER: "A control character inside the value.",
    Unusable.TOO_LONG: "Longer than any real value of its kind.",
    Unusable.SEVERAL_VALUES: "Two or more values in one cell.",
    Unusable.NOT_AN_EMAIL: "Not an e-mail address.",
    Unusable.NOT_A_NUMBER: "Not a phone number that exists in its country.",
    Unusable.PRECISION_LOST: "A spreadsheet rounded the number (`4.51E+09`); its digits are gone.",
    Unusable.NO_COUNTRY: "A national number or postcode, and no country says whose. See `assume_country`.",
    Unusable.NOT_A_COUNTRY: "Not the two letters of a country.",
    Unusable.NOT_A_NAME: "Not a name.",
    Unusable.NOT_A_POSTCODE: "Not a postcode of its country.",
    Unusable.NOT_A_PLACE: "A city or state that the letters a to z cannot write, or no state of the United States.",
    Unusable.NOT_A_DATE: "Not a day written year first. `03/04/1990` is two days, and nobody can say which.",
    Unusable.IMPLAUSIBLE_DATE: "A birth date before 1901 or after today.",
    Unusable.NOT_M_OR_F: "A gender that the platform has no letter for.",
    Unusable.NOT_A_DEVICE: "Not a mobile advertising id; it has 32 digits and four hyphens.",
    Unusable.NOT_A_HASH: "The column is declared as hashed, and this is no SHA-256.",
}
