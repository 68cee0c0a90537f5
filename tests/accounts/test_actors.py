"""Who acts: a person, the citizen, the system; nobody becomes the system by leaving something out."""

import pytest

from accounts.actors import CITIZEN, SYSTEM, Actor, Kind, actor_of

pytestmark = pytest.mark.django_db


def test_an_account_stands_for_its_person(cast):
    actor = actor_of(cast.clerk)
    assert (actor.kind, actor.user, str(actor)) == ("person", cast.clerk, "吴文员")
    assert actor == actor_of(cast.clerk) and hash(actor) == hash(actor_of(cast.clerk))


@pytest.mark.parametrize(("actor", "kind"), [(CITIZEN, "citizen"), (SYSTEM, "system")])
def test_actors_without_an_account_have_no_name(actor, kind):
    assert (actor_of(actor).kind, actor.user, str(actor), actor.is_person) == (kind, None, "", False)


@pytest.mark.parametrize("nobody", [None, "citizen", "", 0])
def test_nothing_else_is_an_actor(nobody):
    with pytest.raises(TypeError):
        actor_of(nobody)


def test_a_person_has_an_account_and_the_citizen_none(cast):
    with pytest.raises(TypeError):
        Actor(Kind.PERSON)
    with pytest.raises(TypeError):
        Actor(Kind.CITIZEN, cast.clerk)
