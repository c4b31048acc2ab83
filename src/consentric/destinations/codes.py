"""Every code that a platform error of ours can carry, in one table. Codes are stable: none ever gets a new meaning.

The class of an error says what its reader does next (errors.py), the code which sentence of the documentation helps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final


class Consequence(Enum):
    """What the reader of an error does: the classes of PlatformError."""

    TRY_LATER = "Unavailable"
    TOMORROW = "QuotaExhausted"
    CHANGE = "Refused"
    ASK_THE_OWNER = "Drifted"
    ASK_THE_ENGINEER = "AccessDenied"


class Code(StrEnum):
    """A501–A509 try later, A510 tomorrow, A520–A539 change something, A540–A559 access."""

    NO_ANSWER = "A501"
    NOT_UNDERSTOOD = "A502"
    OVERLOADED = "A503"
    SLOW_DOWN = "A504"
    LIST_BUSY = "A505"
    QUOTA_OF_THE_DAY = "A510"
    ROWS = "A520"
    REQUEST = "A521"
    LIST_MISSING = "A522"
    NAME_TAKEN = "A523"
    LIST_LOCKED = "A524"
    TOO_SMALL = "A525"
    WORDS = "A526"
    ROW_FORM = "A527"
    OUTDATED = "A529"
    FORGOTTEN = "A530"
    HAS_LOOKALIKES = "A531"
    NO_CREDENTIALS = "A540"
    CREDENTIALS = "A541"
    PERMISSION = "A542"
    TERMS = "A543"
    POLITICAL = "A544"
    ALLOW_LIST = "A545"
    API_OFF = "A546"
    APP_SECRET = "A547"  # noqa: S105  the name of a code
    BLOCKED = "A548"
    NOT_THIS_MACHINE = "A549"


@dataclass(frozen=True, slots=True)
class Meaning:
    """`text` is what happened, `advice` what to do about it, in two or three sentences."""

    consequence: Consequence
    text: str
    advice: str


MEANINGS: Final[Mapping[Code, Meaning]] = {
    Code.NO_ANSWER: Meaning(
        Consequence.TRY_LATER,
        "the platform could not be reached or did not answer in time",
        """Nothing is lost: run again later. Where the destination has an `endpoint`, start `consentric sandbox`. Else look
at the network of this machine, at HTTPS_PROXY, and at a firewall that may stop what is not a browser.""",
    ),
    Code.NOT_UNDERSTOOD: Meaning(
        Consequence.TRY_LATER,
        "an answer came that cannot be trusted, so the outcome is unknown",
        """Usually something between this machine and the platform answered in its place: a proxy, or the login page of
a network. It is safe to run again. What may have been carried out counts as sent until the platform says
otherwise.""",
    ),
    Code.OVERLOADED: Meaning(
        Consequence.TRY_LATER,
        "the platform reports a passing failure of its own",
        """Nothing is lost: run again later. If it stays for hours, look at the platform's own status page; nothing
here can be mended.""",
    ),
    Code.SLOW_DOWN: Meaning(
        Consequence.TRY_LATER,
        "a quota of the minute or hour is used up",
        """The run waited as long as it may, and gave up. Run again in an hour; what was accepted is recorded, and the
rest follows. If it happens every night, other programs use the same account or app at that time: choose
another hour.""",
    ),
    Code.LIST_BUSY: Meaning(
        Consequence.TRY_LATER,
        "the platform is still changing this list",
        """Run again in a few minutes. Large lists take a while, above all right after they were made.""",
    ),
    Code.QUOTA_OF_THE_DAY: Meaning(
        Consequence.TOMORROW,
        "the quota of the day is used up",
        """Run again tomorrow: what was accepted is recorded, and the rest follows. Removals go first, so whoever
withdrew is usually done already. More quota is asked for in the Google Cloud console, under the quotas of
the API.""",
    ),
    Code.ROWS: Meaning(
        Consequence.CHANGE,
        "rows of the request are malformed",
        """The rows that the platform names are set aside and the others go on; `sync` counts them as not usable.
Values are checked before they are sent, so this is rare: if it comes back, please report it with the
request id.""",
    ),
    Code.REQUEST: Meaning(
        Consequence.CHANGE,
        "the request as a whole was refused",
        """The platform will say the same again, so nothing is retried. Look up the reason that the message names in
the platform's own reference. If the file is right, please report it with the request id.""",
    ),
    Code.LIST_MISSING: Meaning(
        Consequence.ASK_THE_OWNER,
        "the list does not exist, or this account may not see it",
        """Somebody deleted it, or `customer_id` or `ad_account` is another account than before: put the account right if
that is it. It is not made again by itself, since whoever deleted it may have meant it; the hint names the command that does.
If it is to stay away, take the audience out of the file: then `consentric prune` strikes it off the record.""",
    ),
    Code.NAME_TAKEN: Meaning(
        Consequence.ASK_THE_OWNER,
        "another list of the account has this name",
        """Give the audience another `name`, or rename the other list on the platform. Lists that consentric did not
make are never taken over by their name, since they may hold people who never consented.""",
    ),
    Code.LIST_LOCKED: Meaning(
        Consequence.ASK_THE_OWNER,
        "the platform has locked the list",
        """Look at the list on the platform, which says why. As long as it is locked nobody can be removed from it
either: where people have withdrawn, delete the list.""",
    ),
    Code.TOO_SMALL: Meaning(
        Consequence.CHANGE,
        "a removal was refused because the list would become too small",
        """The people are still on the list, and the next run tries again. If it stays, delete the audience on the
platform: that removes everybody.""",
    ),
    Code.WORDS: Meaning(
        Consequence.CHANGE,
        "the name or description of the list was refused",
        """Change `name` or `description` of the audience. Platforms refuse reserved words, and words about health,
money, beliefs and the like.""",
    ),
    Code.ROW_FORM: Meaning(
        Consequence.CHANGE,
        "the list was filled by rows of another form",
        """Another program filled it, or an older version. Delete the list on the platform, or give the audience
another key, so that a new list is made.""",
    ),
    Code.OUTDATED: Meaning(
        Consequence.CHANGE,
        "the platform no longer serves this version of its interface",
        """Install a newer consentric; until then nothing is sent. Platforms switch old versions of their interfaces
off.""",
    ),
    Code.FORGOTTEN: Meaning(
        Consequence.CHANGE,
        "the platform no longer knows an earlier request",
        """Google keeps requests for about 50 days. What the request did counts as unknown: whoever should be on the
list is sent again, and whoever should not is removed again. Run `confirm` more often.""",
    ),
    Code.HAS_LOOKALIKES: Meaning(
        Consequence.ASK_THE_OWNER,
        "lookalike audiences are built on the list, so the platform does not delete it",
        """Delete the lookalike audiences first, in the ad account, and run `prune` again. Ads that use them stop then.""",
    ),
    Code.NO_CREDENTIALS: Meaning(
        Consequence.ASK_THE_ENGINEER,
        "there are no credentials",
        """For Google, log in with gcloud or name the key file of a service account in GOOGLE_APPLICATION_CREDENTIALS.
For Meta, set `token` of the destination to a variable that holds the token of a system user. docs/google.md
and docs/meta.md go through it.""",
    ),
    Code.CREDENTIALS: Meaning(
        Consequence.ASK_THE_ENGINEER,
        "the credentials are invalid, expired or revoked",
        """Log in to Google again, or make a new token for Meta's system user. Logins of people end by themselves: for
a nightly run use a service account at Google and a system user at Meta.""",
    ),
    Code.PERMISSION: Meaning(
        Consequence.ASK_THE_ENGINEER,
        "the credentials may not use this account",
        """Add the user of the credentials to the Google Ads account, or give Meta's system user the permission
ads_management and the role Admin on the ad account. Where access to Google Ads comes through a manager
account, set `login_customer_id`.""",
    ),
    Code.TERMS: Meaning(
        Consequence.ASK_THE_ENGINEER,
        "terms of the platform are not accepted",
        """A person with access to the account accepts them, at the address that the hint names; no program can. For
Google, then write `terms_accepted` into the file. Removals may be refused too until then.""",
    ),
    Code.POLITICAL: Meaning(
        Consequence.ASK_THE_ENGINEER,
        "the EU political advertising declaration is missing",
        """Google wants every campaign to say whether it is political advertising in the EU. A person with access
answers it in Google Ads under Campaigns.""",
    ),
    Code.ALLOW_LIST: Meaning(
        Consequence.ASK_THE_ENGINEER,
        "the account is not allow-listed for uploads",
        """Google lets an account use Customer Match only after a good history of policy and payments, and a Cloud
project only after it was approved. Read the page that the hint names, and ask your representative at
Google.""",
    ),
    Code.API_OFF: Meaning(
        Consequence.ASK_THE_ENGINEER,
        "the API is not switched on in the cloud project",
        """Switch the Data Manager API on in the Google Cloud project of the credentials, and wait a few minutes. After
a login with gcloud the project must be named too: the hint has the command.""",
    ),
    Code.APP_SECRET: Meaning(
        Consequence.ASK_THE_ENGINEER,
        "the app secret is missing or wrong",
        """The app of the token asks for a proof with every call. Set `app_secret` of the destination to a variable
that holds the secret of exactly that app.""",
    ),
    Code.BLOCKED: Meaning(
        Consequence.ASK_THE_ENGINEER,
        "the platform has blocked the account or app",
        """Stop the nightly run: more calls extend the block. The account quality page of Meta's business settings says
why, and how to object.""",
    ),
    Code.NOT_THIS_MACHINE: Meaning(
        Consequence.ASK_THE_ENGINEER,
        "an endpoint is not an address of this machine",
        """An `endpoint` is for rehearsals: 127.0.0.1, localhost or [::1], with a port. Remove it to reach the real
platform. People's data is sent nowhere else.""",
    ),
}
