"""In a real browser: whatever happens while somebody types, no typed word and no chosen file is lost."""

import io
import time

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from opinions.models import Opinion
from tests.accounts.test_second_factor import app_code, give
from tests.common.test_browser import DESK, PHONE
from tests.opinions.story import signed, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = reverse("opinions:new")
WORDS = "雨棚已于本周装好，站牌也扶正了。"
PASSWORD = "Pass-word-123"


@pytest.fixture
def window(chromium, live_server, client):
    """`window(user, path)`: a page as that person sees it. Refusals belong to these journeys; no script may fail."""
    contexts, wrong = [], []

    def opened(context, path):
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console",
            lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None,
        )
        page.goto(path)
        return page

    def go(user=None, path="/", viewport=DESK, **options):
        context = chromium.new_context(viewport=viewport, base_url=live_server.url, locale="zh-CN", **options)
        contexts.append(context)
        if user:
            client.force_login(user)
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return opened(context, path)

    go.opened = opened
    yield go
    for context in contexts:
        context.close()
    assert wrong == []


def photo(side=2600, noise=True) -> bytes:
    """A photo of a phone, on its side by its EXIF note."""
    exif = Image.Exif()
    exif[0x0112] = 6
    drawn = (
        Image.effect_noise((side, side // 2), 60).convert("RGB")
        if noise
        else Image.new("RGB", (side, side // 2))
    )
    written = io.BytesIO()
    drawn.save(written, "JPEG", quality=95, exif=exif)
    return written.getvalue()


def choose(page, name="IMG_1.jpg", content=None):
    file = {"name": name, "mimeType": "image/jpeg", "buffer": content or photo(200, noise=False)}
    page.set_input_files("[name=files]", file)
    page.wait_for_selector(".files-chosen li")


def panel(page, opinion, action):
    page.click(f"[data-act][href$='/{action}/']")
    page.wait_for_selector(f"#act form[data-kept][action$='/{action}/']")


def kept(page) -> int:
    return page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('draft:')).length")


def wait_until_kept(page, word):
    page.wait_for_function(
        "(word) => Object.values(localStorage).some((draft) => draft.includes(word))", arg=word
    )


def test_an_answer_typed_into_a_panel_is_back_after_f5_and_gone_when_it_was_given(window, cast, office):
    opinion = signed(cast, office)
    page = window(cast.handler, f"/opinions/{opinion.number}/")
    panel(page, opinion, "answer")
    page.fill("#act [name=answer]", WORDS)
    choose(page, "雨棚.jpg")
    wait_until_kept(page, WORDS)
    page.reload()
    panel(page, opinion, "answer")
    assert page.input_value("#act [name=answer]") == WORDS
    assert "雨棚.jpg" in page.inner_text(".draft-note")
    page.check("#act [name=outcome][value=A]")
    with page.expect_navigation():
        page.click("#act button[type=submit]")
    assert Opinion.objects.get(pk=opinion.pk).status == "answered"
    assert kept(page) == 0


def test_the_draft_of_one_action_is_none_of_another(window, cast, office):
    opinion = signed(cast, office)
    page = window(cast.handler, f"/opinions/{opinion.number}/")
    panel(page, opinion, "answer")
    page.fill("#act [name=answer]", WORDS)
    wait_until_kept(page, WORDS)
    panel(page, opinion, "suspend")
    assert page.input_value("#act textarea") == ""
    panel(page, opinion, "answer")
    assert page.input_value("#act [name=answer]") == WORDS


def test_two_windows_do_not_share_one_draft_and_a_closed_one_hands_it_on(window, cast, office):
    first = window(cast.clerk, NEW)
    first.fill("[name=title]", "第一个窗口")
    wait_until_kept(first, "第一个窗口")
    second = window.opened(first.context, NEW)
    second.wait_for_timeout(600)
    assert second.input_value("[name=title]") == ""
    second.fill("[name=title]", "第二个窗口")
    wait_until_kept(second, "第二个窗口")
    first.reload()
    assert first.input_value("[name=title]") == "第一个窗口"
    second.reload()
    assert second.input_value("[name=title]") == "第二个窗口"
    second.close()
    third = window.opened(first.context, NEW)
    expect(third.locator("[name=title]")).to_have_value("第二个窗口")
    assert first.input_value("[name=title]") == "第一个窗口"


def log_in_again(page, username, password=PASSWORD):
    page.wait_for_selector("#door[open] [name=password]")
    page.fill("#door [name=username]", username)
    page.fill("#door [name=password]", password)
    page.click("#door button[type=submit]")


def test_a_login_that_ended_is_renewed_in_place_and_what_was_sent_goes_on(window, cast, office):
    cast.handler.set_password(PASSWORD)
    cast.handler.save()
    opinion = signed(cast, office)
    page = window(cast.handler, f"/opinions/{opinion.number}/")
    panel(page, opinion, "answer")
    page.fill("#act [name=answer]", WORDS)
    page.check("#act [name=outcome][value=A]")
    choose(page, "雨棚.jpg")
    Session.objects.all().delete()
    page.click("#act button[type=submit]")
    log_in_again(page, cast.handler.username, "wrong-password")
    expect(page.locator("#door .error-summary")).to_be_visible()
    with page.expect_navigation():
        log_in_again(page, cast.handler.username)
    done = Opinion.objects.get(pk=opinion.pk)
    assert (done.status, done.answer) == ("answered", WORDS)
    assert done.attachments.count() == 1


def test_the_second_factor_is_asked_for_in_place_too(window, client, cast, office):
    opinion = signed(cast, office)
    client.force_login(cast.handler)
    client.get(reverse("second_factor"))
    give(client, app_code(cast.handler, shift=-30))
    page = window(cast.handler, f"/opinions/{opinion.number}/")
    page.goto("/second-factor/")
    page.fill("[name=code]", app_code(cast.handler))
    page.click("button[type=submit]")
    page.goto(f"/opinions/{opinion.number}/")
    panel(page, opinion, "suspend")
    page.fill("#act textarea", "等省厅批复")
    Session.objects.all().delete()
    page.click("#act button[type=submit]")
    log_in_again(page, cast.handler.username)
    page.wait_for_selector("#door [name=code]")
    page.fill("#door [name=code]", app_code(cast.handler, shift=30))
    page.click("#door button[type=submit]")
    expect(page.get_by_role("status").filter(has_text="暂停办理")).to_be_visible()
    expect(page.locator("#timeline, main").first).to_contain_text("等省厅批复")


def test_opening_a_panel_after_the_login_ended_asks_for_the_login_and_then_opens_it(window, cast, office):
    cast.handler.set_password(PASSWORD)
    cast.handler.save()
    opinion = signed(cast, office)
    page = window(cast.handler, f"/opinions/{opinion.number}/")
    Session.objects.all().delete()
    page.click("[data-act][href$='/answer/']")
    log_in_again(page, cast.handler.username)
    page.wait_for_selector("#act form[data-kept]")
    assert not page.is_visible("#door")


def test_another_person_who_logs_in_there_starts_at_home_and_sees_nothing_typed(window, cast, office):
    cast.clerk.set_password(PASSWORD)
    cast.clerk.save()
    opinion = signed(cast, office)
    page = window(cast.handler, f"/opinions/{opinion.number}/")
    panel(page, opinion, "answer")
    page.fill("#act [name=answer]", WORDS)
    Session.objects.all().delete()
    page.click("#act button[type=submit]")
    with page.expect_navigation():
        log_in_again(page, cast.clerk.username)
    assert page.evaluate("location.pathname") == "/"
    assert kept(page) == 0


def test_before_an_idle_login_ends_it_is_said_and_one_click_keeps_it(window, cast, office, settings):
    settings.SESSION_COOKIE_AGE = 12
    page = window(cast.clerk, NEW)
    page.wait_for_selector("#idle[open]", timeout=20_000)
    page.click("[data-idle-stay]")
    expect(page.locator("#idle")).not_to_be_visible()
    assert page.request.get(reverse("alive")).json()["person"] == cast.clerk.pk


def test_an_idle_login_ends_and_the_page_is_covered_until_the_person_is_back(window, cast, office, settings):
    settings.SESSION_COOKIE_AGE = 10
    cast.clerk.set_password(PASSWORD)
    cast.clerk.save()
    page = window(cast.clerk, NEW)
    page.fill("[name=title]", "路灯不亮")
    page.wait_for_selector("#door[open] [name=password]", timeout=30_000)
    settings.SESSION_COOKIE_AGE = 1800
    assert page.request.get(reverse("alive"), headers={"HX-Request": "true"}).status == 401
    log_in_again(page, cast.clerk.username)
    expect(page.locator("#door")).not_to_be_visible()
    assert page.input_value("[name=title]") == "路灯不亮"
    page.wait_for_timeout(2500)
    assert not page.is_visible("#door"), "the time runs from the new login"


def test_typing_keeps_the_login(window, cast, office, settings):
    settings.SESSION_COOKIE_AGE = 12
    page = window(cast.clerk, NEW)
    page.focus("[name=title]")
    until = time.monotonic() + 20
    while time.monotonic() < until:
        page.keyboard.type("路")
        page.wait_for_timeout(800)
    assert not page.is_visible("#idle") and not page.is_visible("#door")
    assert page.request.get(reverse("alive")).json()["person"] == cast.clerk.pk


def test_what_is_wrong_with_a_long_panel_is_seen_and_has_the_focus(window, cast, office):
    opinion = told(cast, office)
    page = window(cast.clerk, f"/opinions/{opinion.number}/", viewport={"width": 1280, "height": 500})
    panel(page, opinion, "amend")
    page.fill("#act [name=title]", "")
    page.locator("#act button[type=submit]").scroll_into_view_if_needed()
    page.click("#act button[type=submit]")
    summary = page.locator("#act .error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()


def test_photos_stay_chosen_when_another_field_is_wrong(window, cast, office):
    page = window(cast.clerk, NEW)
    choose(page)
    page.keyboard.press("Alt+s")
    expect(page.locator(".error-summary")).to_be_focused()
    assert page.evaluate("document.querySelector('[name=files]').files.length") == 1
    assert "IMG_1.jpg" in page.inner_text(".files-chosen") and not page.is_visible("[data-choose-again]")
    page.select_option("[name=channel]", "phone")
    page.select_option("[name=matter_type]", "complaint")
    page.fill("[name=title]", "路灯不亮")
    page.fill("[name=body]", "晚上看不见路。")
    page.keyboard.press("Alt+s")
    page.wait_for_url("**/opinions/433101-*/")
    assert Opinion.objects.get().attachments.count() == 1


def test_a_large_photo_is_made_smaller_and_upright_and_a_small_one_is_left_alone(window, cast, office):
    page = window(cast.clerk, NEW)
    large, small = photo(), photo(200, noise=False)
    choose(page, "large.jpg", large)
    page.wait_for_function(
        "(size) => document.querySelector('[name=files]').files[0].size < size", arg=len(large)
    )
    width, height = page.evaluate(
        """async () => {
            const picture = await createImageBitmap(document.querySelector('[name=files]').files[0]);
            return [picture.width, picture.height];
        }"""
    )
    assert (width, height) == (1176, 2352), "as many pixels as a photo of the side that is set, and upright"
    print(f"\\na photo of {len(large):,} bytes goes out with "
          f"{page.evaluate('document.querySelector(`[name=files]`).files[0].size'):,}")  # fmt: skip
    choose(page, "small.jpg", small)
    expect(page.locator(".files-chosen")).to_contain_text("small.jpg")
    assert page.evaluate("document.querySelector('[name=files]').files[0].size") == len(small)


def test_a_file_that_would_be_refused_is_refused_before_it_is_sent(window, cast, office):
    page = window(cast.clerk, NEW)
    page.set_input_files(
        "[name=files]",
        [
            {"name": "IMG_2.HEIC", "mimeType": "image/heic", "buffer": b"heic"},
            {"name": "a.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"},
            {"name": "ok.jpg", "mimeType": "image/jpeg", "buffer": photo(200, noise=False)},
        ],
    )
    expect(page.locator(".files-wrong")).to_have_count(2)
    assert "IMG_2.HEIC" in page.inner_text(".files-chosen") and "兼容性最佳" in page.inner_text(
        ".files-chosen"
    )
    assert page.evaluate("[...document.querySelector('[name=files]').files].map((file) => file.name)") == [
        "ok.jpg"
    ]


def test_holding_enter_deals_with_one_row_and_the_focus_waits(window, cast, office):
    first, second = told(cast, office, title="先来的公交站"), told(cast, office, title="后到的公交站")
    page = window(cast.officer, reverse("opinions:triage_desk"))
    page.focus(f"#row-{first.number}")
    for _repeat in range(6):  # without a release between them: a held key
        page.keyboard.down("Enter")
        page.wait_for_timeout(150)
    page.wait_for_selector(f"#row-{first.number}.desk-row-done")
    page.wait_for_timeout(300)
    assert page.evaluate("document.activeElement.id") != f"row-{second.number}"
    page.keyboard.up("Enter")
    expect(page.locator(f"#row-{second.number}")).to_be_focused()
    assert Opinion.objects.get(pk=second.pk).status == "registered"


def test_the_keys_of_the_desk_work_with_caps_lock_and_the_desk_goes_on_after_o_and_u(window, cast, office):
    first, second = told(cast, office, title="先来的公交站"), told(cast, office, title="后到的公交站")
    page = window(cast.officer, reverse("opinions:triage_desk"))
    page.keyboard.press("J")
    expect(page.locator(f"#row-{first.number}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"#row-{second.number}")).to_be_focused()
    page.keyboard.press("U")
    expect(page.locator(f"#row-{first.number}[data-desk-row]")).to_be_focused()
    page.keyboard.press("O")
    page.wait_for_url("**/route/**")
    with page.expect_navigation():
        page.click("#act button[type=submit]")
    page.wait_for_url("**" + reverse("opinions:triage_desk"))
    expect(page.locator(f"#row-{second.number}")).to_be_focused()
    assert Opinion.objects.get(pk=first.pk).status == "routed"


def test_an_urgent_one_opens_and_is_not_routed_by_enter(window, cast, office):
    opinion = told(cast, office)
    Opinion.objects.filter(pk=opinion.pk).update(urgency="urgent")
    page = window(cast.officer, reverse("opinions:triage_desk"))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/opinions/{opinion.number}/route/**")
    assert Opinion.objects.get(pk=opinion.pk).status == "registered"


# --- the line ------------------------------------------------------------------------------------------------


def test_without_a_line_the_entry_waits_and_goes_out_once_when_it_is_back(window, cast, office):
    page = window(cast.clerk, NEW)
    page.select_option("[name=channel]", "phone")
    page.select_option("[name=matter_type]", "complaint")
    page.fill("[name=title]", "路灯不亮")
    page.fill("[name=body]", "晚上看不见路。")
    choose(page)
    page.context.set_offline(True)
    page.keyboard.press("Alt+s")
    expect(page.locator("[data-send-note]")).to_contain_text("网络不通，尚未提交")
    assert page.evaluate("location.pathname") == NEW and page.input_value("[name=title]") == "路灯不亮"
    page.context.set_offline(False)
    page.wait_for_url("**/opinions/433101-*/")
    assert Opinion.objects.get().attachments.count() == 1


def test_a_citizen_without_a_network_loses_nothing_and_is_heard_once(window, cast, office):
    path = f"/p/{office.studio.code}/new/"
    page = window(None, path, PHONE)
    page.fill("[name=body]", "桥头的路灯坏了半个月。")
    page.wait_for_function("() => Object.values(sessionStorage).some((draft) => draft.includes('路灯'))")
    page.reload()
    assert page.input_value("[name=body]") == "桥头的路灯坏了半个月。"
    assert page.evaluate("localStorage.length") == 0, "the computer may be anybody's"
    choose(page)
    page.click("button:text-is('提交')")
    expect(page.locator(".errors")).to_be_visible()
    assert page.evaluate("document.querySelector('[name=files]').files.length") == 1
    page.check("[name=consent]")
    page.context.set_offline(True)
    page.click("button:text-is('提交')")
    expect(page.locator("[data-send-note]")).to_contain_text("网络不通")
    page.context.set_offline(False)
    page.wait_for_selector(".code")
    assert Opinion.objects.get().attachments.count() == 1
    assert (
        page.evaluate("Object.keys(sessionStorage).filter((name) => name.startsWith('draft:')).length") == 0
    )
