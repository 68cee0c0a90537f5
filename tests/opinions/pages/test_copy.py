"""The citizen asks what is kept about them: a supervised action, and a copy to print (个人信息保护法, art. 45)."""

from accounts.models import AccessRecord
from opinions.models import Event
from opinions.workflow import personal_data, supervision
from tests.opinions.ledger.test_erase import NAME, PHONE, WORDS, closed, folder  # noqa: F401
from tests.opinions.story import signed


def test_a_supervisor_gives_the_citizen_a_copy_and_says_who_asked(client, cast, office):
    opinion = closed(cast, office)
    url = f"/opinions/{opinion.number}/copy/"
    client.force_login(cast.clerk)
    assert client.get(url).status_code == 403

    client.force_login(cast.supervisor)
    asked = client.get(url, follow=True)
    assert asked.redirect_chain[0][0] == f"/opinions/{opinion.number}/give_copy/"
    taken = client.post(asked.redirect_chain[0][0], {"version": opinion.version, "reason": ""})
    assert taken.status_code == 422
    client.post(asked.redirect_chain[0][0], {"version": opinion.version, "reason": "本人持身份证到场"})
    assert "本人持身份证到场" in Event.objects.get(action="give_copy").words.text

    page = client.get(f"/opinions/{opinion.number}/").content.decode()
    assert url in page
    copy = client.get(url).content.decode()
    assert NAME in copy and PHONE in copy and WORDS["body"] in copy
    assert AccessRecord.objects.filter(action="printed", subject=opinion.number, by=cast.supervisor).exists()


def test_nothing_is_left_to_copy_once_it_is_erased(client, cast, office):
    opinion = closed(cast, office)
    personal_data.give_copy(opinion.number, by=cast.supervisor, reason="本人来电")
    personal_data.erase(opinion.number, by=cast.supervisor, reason="本人要求")
    client.force_login(cast.supervisor)
    answer = client.get(f"/opinions/{opinion.number}/copy/", follow=True)
    assert answer.status_code == 409 and WORDS["body"] not in answer.content.decode()


def test_the_offices_words_to_each_other_are_not_in_the_copy(client, cast, office):
    opinion = signed(cast, office)
    supervision.notify(opinion.number, by=cast.supervisor, kind="remind", note="局长请重视此件")
    personal_data.give_copy(opinion.number, by=cast.supervisor, reason="本人来电")
    client.force_login(cast.supervisor)
    copy = client.get(f"/opinions/{opinion.number}/copy/").content.decode()
    assert "本人来电" in copy and "局长请重视此件" not in copy
