"""Who is who."""

from __future__ import annotations

from tiny_shop import Judge, names


def test_rows_with_one_email_are_one_person_whatever_its_case(judge: Judge) -> None:
    """Two sources that share an e-mail, written differently, make one person with one primary key."""
    judged = judge(customers="1,Anna@Post.example,,,,,", newsletter=" anna@post.example ,subscribed")
    assert names(judged.persons) == {"1"}


def test_joining_is_transitive_and_named_by_the_smallest_number(judge: Judge) -> None:
    """10 and 9 share an e-mail, so does 8 through a second row: one person, named 8."""
    rows = """
        10,a@post.example,,,,,
        9,a@post.example,,,,,
        9,b@post.example,,,,,
        8,b@post.example,,,,,
    """
    judged = judge(customers=rows)
    assert names(judged.persons) == {"8"}
    assert [value for _, value in judged.persons[0].units] == ["8", "9", "10"]


def test_an_unusable_email_joins_nobody(judge: Judge) -> None:
    """`n/a` and a test address are no reason to take two customers for one."""
    judged = judge(customers="1,n/a,,,,,\n2,n/a,,,,,\n3,test@test.dk,,,,,\n4,test@test.dk,,,,,")
    assert names(judged.persons) == {"1", "2", "3", "4"}


def test_a_value_of_twenty_joins_and_of_twenty_one_joins_nobody(judge: Judge) -> None:
    """The limit counts primary keys, not rows; a subscriber with the crowded address alone is nobody."""
    twenty = "\n".join(f"{number},info@post.example,,,,," for number in range(1, 21))
    assert len(judge(customers=twenty).persons) == 1
    crowd = twenty + "\n21,info@post.example,,,,,\n21,own@post.example,,,,,"
    judged = judge(customers=crowd, newsletter="info@post.example,subscribed")
    assert len(judged.persons) == 21


def test_a_row_that_makes_no_people_belongs_to_its_first_known_key(judge: Judge) -> None:
    """A stranger's visit makes nobody; a customer's counts for the customer."""
    web = "a@post.example,2026-11-20,view\nstranger@post.example,2026-11-20,view"
    judged = judge("{did: web.view}", customers="1,a@post.example,,,,,\n2,b@post.example,,,,,", web=web)
    assert names(judged.persons) == {"1", "2"}
    assert names(judged.audiences["some"].rule) == {"1"}


def test_somebody_known_from_orders_alone_is_a_person_without_keys(judge: Judge) -> None:
    """Orders make people too: counted, granted or not, and never uploadable."""
    judged = judge(orders="7,2026-11-01,paid,100,", consents="7,,yes,yes,2026-01-01,")
    assert names(judged.persons) == {"7"}
    assert names(judged.audiences["some"].lists["meta"].unmatchable) == {"7"}


def test_a_row_that_only_filters_out_still_makes_a_person(judge: Judge) -> None:
    """`only` says which rows count for conditions, not who exists."""
    judged = judge("{did: orders}", orders="7,2026-11-01,refunded,100,")
    assert names(judged.persons) == {"7"}
    assert not judged.audiences["some"].rule
