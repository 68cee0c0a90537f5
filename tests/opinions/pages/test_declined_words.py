"""A matter that is not accepted: the citizen gets the reason and the place to turn to in one whole sentence."""

import pytest

from notifications.models import Message
from opinions.lifecycle.reasons import DeclineReason, door_for
from opinions.workflow import triage
from tests.conftest import at
from tests.opinions.story import told

TEXTS = {
    "litigation": "【吉首市人大】您3月2日反映的事要由法院处理，工作室不能代办，请找人民法院或打12368。",
    "arbitration": "【吉首市人大】您3月2日反映的事，可申请行政复议或仲裁，工作室不能代办，怎么申请我们可以告诉您。",
    "petition": "【吉首市人大】您3月2日反映的事，按信访程序办理，请向吉首市信访局查询。",
    "discipline": "【吉首市人大】您3月2日反映的事，请向纪检监察机关反映，电话12388，我们会为您保密。",
    "outside_area": "【吉首市人大】您3月2日反映的事不在本地，请找当地的代表联系群众工作室。",
    "no_facts": "【吉首市人大】您3月2日反映的事还缺时间、地点或经过，暂时没法核实，请补充后告诉我们。",
    "repeated": "【吉首市人大】您3月2日反映的事以前答复过，这次没有新情况，有新情况请再来。",
}


def texts(opinion) -> dict[int, str]:
    """The text messages about `opinion`; the first says that it was received."""
    return {m.pk: m.body for m in Message.objects.filter(channel="sms", about=opinion.number)}


def said(opinion, before) -> str:
    """The one text message that came after `before`."""
    (text,) = (body for pk, body in texts(opinion).items() if pk not in before)
    return text


@pytest.mark.parametrize("reason", DeclineReason.values)
def test_the_text_message_is_a_whole_sentence_for_each_reason(cast, office, reason):
    opinion = told(cast, office)
    opinion.studio = None
    opinion.registered_at = at("2026-03-02 09:00")
    opinion.save()
    before = texts(opinion)
    triage.decline(opinion.number, by=cast.officer, reason=reason, right_door=door_for(reason, office.jishou))
    text = said(opinion, before)
    assert text == TEXTS[reason]
    assert len(text) <= 70 and opinion.title not in text


def test_the_studios_phone_and_the_officers_words_are_told(cast, office):
    opinion = told(cast, office)
    opinion.studio.phone = "0743-8075482"
    opinion.studio.save()
    before = texts(opinion)
    words = {"reason": "litigation", "right_door": "吉首市人民法院", "note": "材料已退给您。"}
    triage.decline(opinion.number, by=cast.officer, **words)
    text = said(opinion, before)
    assert text.endswith("请找人民法院或打12368。材料已退给您。有事请拨0743-8075482。")


def test_the_form_names_the_countys_own_office_and_no_place_where_there_is_none(client, cast, office):
    opinion = told(cast, office)
    client.force_login(cast.officer)
    page = client.get(f"/opinions/{opinion.number}/decline/").content.decode()
    assert "→ 吉首市信访局" in page and "县信访局" not in page.replace("吉首市信访局", "")
    assert "反映的情况不够具体，暂时无法核实 →" not in page and "反映的情况不够具体，暂时无法核实" in page


def test_the_ledger_names_the_place_only_where_there_is_one(client, cast, office):
    nowhere, elsewhere = told(cast, office), told(cast, office)
    triage.decline(nowhere.number, by=cast.officer, reason="no_facts", right_door="")
    triage.decline(elsewhere.number, by=cast.officer, reason="discipline", right_door=door_for("discipline"))
    client.force_login(cast.officer)
    page = client.get(f"/opinions/{nowhere.number}/").text
    assert "不予受理：反映的情况不够具体，暂时无法核实" in page and "暂时无法核实；" not in page
    page = client.get(f"/opinions/{elsewhere.number}/").text
    assert "不予受理：属于检举控告；应向纪检监察机关（举报电话12388）反映" in page
