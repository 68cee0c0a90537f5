"""What is wrong is said in the public's words, where it is, and is found by ear and by keyboard."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from common.security.uploads import FilesField
from opinions.models import Opinion

from .conftest import PHONE, WORDS, answered, text_of

pytestmark = pytest.mark.django_db
STAFF_WORDS = ("返回我的首页", "辖区", "系统所有数字", "已填写的内容暂存在本机", "登录", "管理员", "您的角色")


def is_the_publics(response, status, *said):
    text = text_of(response)
    assert response.status_code == status
    assert "代表联系群众工作室" in text and "查询办理进度" in text
    for word in said:
        assert word in text
    for word in STAFF_WORDS:
        assert word not in text
    assert "css/portal" in response.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/p/no-such-studio/",
        "/p/no-such-studio/new/",
        "/p/x/y/z/",
        "/p/file/x/",
        "/p/evaluate/x/",
        "/p/a%00b/",
    ],
)
def test_a_page_that_is_not_there_tells_the_citizen_what_to_do(client, db, path):
    said = "没有找到这个页面", "可能是二维码旧了，或网址输错了", "大字版", "加深对比"
    is_the_publics(client.get(path), 404, *said)


def test_elsewhere_the_staffs_own_page_is_shown(client, cast):
    client.force_login(cast.clerk)
    for path in ("/no-such-page/", "/a%00b/"):
        page = client.get(path)
        assert page.status_code == 404 and "没有找到这个页面" not in text_of(page)


def test_a_form_without_its_csrf_cookie_gives_the_words_back(citizen):
    refused = Client(enforce_csrf_checks=True).post(citizen.address, citizen.form())
    is_the_publics(refused, 403, "页面打开太久了", "内容没有提交", "桥头的路灯坏了半个月")


def test_a_broken_form_and_one_too_large_say_so(citizen):
    form = citizen.form()
    broken = citizen.client.generic("POST", citizen.address, b"x", content_type="multipart/form-data")
    is_the_publics(broken, 400, "没有传完整")
    large = citizen.client.post(citizen.address, form | {"body": "长" * 2_000_000})
    is_the_publics(large, 413, "文字太多了", "一次最多5 MB文字")
    assert "照片" not in text_of(large) and "50 MB" not in text_of(large), "no photo was sent"


def test_too_many_files_and_too_many_fields_are_named_with_the_number_allowed(citizen):
    form = citizen.form()
    photos = [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(101)]
    many = citizen.client.post(citizen.address, form | {"files": photos})
    is_the_publics(many, 400, "照片和文件太多了", "最多5个", "请返回上一页")
    wide = citizen.client.post(citizen.address, form | {f"f{n}": "" for n in range(2001)})
    is_the_publics(wide, 400, "表单内容太多了", "最多2000项")
    for page in (many, wide):
        assert "没有传完整" not in text_of(page)
    assert not Opinion.objects.exists()


def test_the_staff_are_told_the_same(client, cast):
    client.force_login(cast.clerk)
    photos = [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(101)]
    for typed, status, said in (
        ({"files": photos}, 400, "一次最多上传5个文件"),
        ({f"f{n}": "" for n in range(2001)}, 400, "最多2000项"),
        ({"body": "长" * 2_000_000}, 413, "一次最多5 MB文字"),
    ):
        page = client.post("/opinions/new/", typed)
        assert page.status_code == status and said in text_of(page) and "返回我的首页" in text_of(page)


def test_what_the_pages_promise_is_what_is_enforced(settings):
    """5 files of 20 MB, 50 MB together, and 5 MB of words: the form, Django and the proxy let all of it through."""
    field = FilesField()
    assert "最多5个文件，每个不超过20 MB，合计不超过50 MB" in str(field.help_text)
    limits = field.widget.build_attrs({})
    assert limits["data-file-count"] == 5
    assert limits["data-file-bytes"] == 20 * 1024 * 1024 and limits["data-all-bytes"] == 50 * 1024 * 1024
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE == 5 * 1024 * 1024
    assert settings.DATA_UPLOAD_MAX_NUMBER_FIELDS == 2000 and settings.DATA_UPLOAD_MAX_NUMBER_FILES == 100
    proxy = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text()
    assert re.findall(r"client_max_body_size (\w+);", proxy) == ["56m"]


def test_the_proxys_page_for_too_much_is_the_publics(client, db):
    is_the_publics(client.get("/p/too-large/"), 413, "照片太大了", "合计不能超过50 MB")


def test_the_staffs_page_for_too_much_needs_no_login(client, db):
    page = client.get("/too-large/")
    assert page.status_code == 413 and "50 MB" in text_of(page)


def test_a_failure_of_ours_is_told_without_the_staffs_page_and_without_the_database(
    citizen, monkeypatch, django_assert_num_queries
):
    def fails(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("portal.views.track.services.find", fails)
    monkeypatch.setattr("accounts.rate_limit.seconds_until_allowed", lambda *args: 0)
    citizen.client.raise_request_exception = False
    citizen.client.cookies["display"] = "large"
    with django_assert_num_queries(0):
        response = citizen.looks_up("1234 5678 9012 3456")
    is_the_publics(response, 500, "系统出现错误", "可以打工作室电话或当面反映")
    assert 'class="is-large' in response.content.decode()


def test_the_number_of_a_matter_typed_for_its_code_is_recognised(citizen):
    opinion, _code = citizen.tells()
    for number in (opinion.number, opinion.number.replace("-", ""), "433101-2031-099999"):
        response = citizen.looks_up(number)
        assert response.status_code == 422 and "您填的是意见编号，不是查询码。" in text_of(response)
    missed = text_of(citizen.looks_up("9" * 16))
    assert "意见编号" not in missed and "没有查到。请再核对一下16位查询码和电话最后四位" in missed
    assert "还没有提交" not in missed


def described(page, field) -> list[str]:
    """The texts that `aria-describedby` of a field names."""
    tag = re.search(
        rf'<(?:input|textarea|select|fieldset)[^>]*(?:name="{field}"|id="id_{field}")[^>]*>', page
    )[0]
    ids = re.search(r'aria-describedby="([^"]+)"', tag)[1].split()
    return [
        re.sub(r"<[^>]+>", "", re.search(rf'id="{i}"[^>]*>(.*?)</(?:div|p)>', page, re.S)[1]) for i in ids
    ]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("body", "", "请写下您想反映的事。"),
        ("citizen_phone", "1381234", "电话号码不完整"),
        ("consent", "", "前面打钩"),
        ("matter_type", "", "请选择您要反映的是哪一类。"),
    ],
)
def test_an_error_is_named_by_its_field_and_the_summary_has_the_focus(citizen, field, typed, said):
    page = citizen.send(**{field: typed}).content.decode()
    assert said in " ".join(described(page, field))
    assert re.search(r"<title>错误：", page)
    summary = re.search(r'<div class="errors"[^>]*>', page)[0]
    assert 'role="alert"' in summary and 'tabindex="-1"' in summary and "autofocus" in summary
    assert not re.search(r"<script(?! src=)", page), "nothing of it needs a script inside the page"
    assert "必填项" not in page


def test_errors_of_a_look_up_and_of_a_button_are_told_the_same_way(citizen, cast):
    for typed in ("12", "1" * 16):
        page = citizen.looks_up(typed).content.decode()
        assert "<title>错误：" in page and "autofocus" in page
    assert "查询码应为16位数字" in " ".join(described(citizen.looks_up("12").content.decode(), "code"))


def heic() -> bytes:
    return b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 200


def test_a_photo_in_heic_is_refused_with_what_to_do(citizen):
    photo = SimpleUploadedFile("IMG_0001.HEIC", heic(), content_type="image/heic")
    response = citizen.send(files=photo)
    text = text_of(response)
    assert response.status_code == 422
    assert "IMG_0001.HEIC" in text and "HEIC格式" in text and "截一张图" in text and "兼容性最佳" in text
    assert WORDS["place"] in response.content.decode()


@pytest.mark.parametrize(
    ("path", "words"),
    [("new/", {"body": "写了一半", "citizen_phone": PHONE}), ("track", {"code": "1234 5678"})],
)
def test_larger_text_and_contrast_are_switched_without_losing_what_is_typed(citizen, office, path, words):
    address = "/p/track/" if path == "track" else citizen.address
    page = citizen.client.post(address, words | {"display": "contrast.large"})
    text = page.content.decode()
    assert page.status_code == 200 and "is-large is-contrast" in text
    assert "请看这几处" not in text and "请核对您填写的内容" not in text and "<title>错误" not in text
    for typed in words.values():
        assert typed in text
    assert "is-large is-contrast" in citizen.client.get(f"/p/{office.studio.code}/").content.decode()
    # With nothing more to it: the next form is sent as ever.
    assert citizen.tells()[0].body == WORDS["body"]


def test_a_button_pressed_for_its_display_takes_nothing(citizen):
    opinion, code = citizen.tells()
    page = citizen.takes("withdraw", citizen.looks_up(code), reason="还没想好", display="large")
    assert page.status_code == 200 and "还没想好" in page.content.decode()
    opinion.refresh_from_db()
    assert opinion.status == "registered"


@pytest.mark.parametrize(
    ("action", "said"),
    [("evaluate", "请选择满意、基本满意或不满意。"), ("reopen", "请写清楚还有什么没解决。")],
)
def test_an_empty_form_of_a_citizens_button_says_what_is_missing(citizen, cast, office, action, said):
    opinion, code = citizen.tells()
    answered(cast, office, opinion)
    page = citizen.looks_up(code)
    if action == "reopen":
        page = citizen.takes("evaluate", page, satisfaction="satisfied")
    response = citizen.takes(action, page)
    assert response.status_code == 422 and said in text_of(response) and "必填项" not in text_of(response)
