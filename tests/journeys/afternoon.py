"""The first afternoon of an empty office, as its people do it at a browser: from the administrator's link to the first
closed opinion. It knows only pages, so that a test's server can be walked as well as an installed one."""

import re
import time
from pathlib import Path

from sandbox.walker.door import SECRET, code_of

OWN = "First-afternoon-2026"
COUNTY, TOWNSHIP, AGENCY = "吉首市", "乾州街道", "吉首市交通运输局"
TABLES = [
    ("/studios/agencies/import/", "承办单位,县市\n吉首市交通运输局,吉首市\n吉首市教育和体育局,吉首市\n"),
    (
        "/opinions/responsibilities/import/",
        "类别代码,类别名称,县市,承办单位\n02,交通运输,吉首市,吉首市交通运输局\n03,教育,吉首市,吉首市教育和体育局\n",
    ),
    (
        "/letters/organs/import/",
        "县市,发文机关,机关代字\n吉首市,吉首市人民代表大会常务委员会办公室,吉人常办\n",
    ),
    ("/studios/import/", "名称,乡镇代码,负责人\n乾州代表联系群众工作室,433101005,田主任\n"),
]
USERS = """姓名,角色,区域或单位
石小梅,工作室工作人员,乾州街道
龙分办,分流员,吉首市
向经办,承办单位经办人,吉首市交通运输局
彭督办,督办员,吉首市
"""


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, page, name: str = "", password: str = OWN):
        self.page, self.name, self.password = page, name, password

    def opens(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer.status == 200, f"{self.name} at {path}: {answer.status}"

    def sends(self, words: str) -> None:
        """Press the button of these words, and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.locator("main button, .door button").filter(has_text=re.compile(words)).first.click()

    def logs_in(self) -> None:
        self.opens("/login/")
        self.page.fill("[name=username]", self.name)
        self.page.fill("[name=password]", self.password)
        self.sends("登录")
        if "/second-factor/" in self.page.url:
            secret = SECRET.search(self.page.inner_text("body"))[0]
            self.page.fill("[name=code]", code_of(secret, time.time()))
            self.sends("继续|下一步|确定")
            assert "/recovery-codes/" in self.page.url, self.page.url
            self.opens("/")
        if "/password/" in self.page.url:
            self.page.fill("[name=old_password]", self.password)
            self.page.fill("[name=new_password1]", OWN)
            self.page.fill("[name=new_password2]", OWN)
            self.page.keyboard.press("Enter")
            self.page.wait_for_url("**/")

    def takes_in(self, path: str, table: str, folder: Path) -> None:
        """Import a table: choose the file, look at the preview, take it in."""
        file = folder / f"{path.strip('/').replace('/', '_')}.csv"
        file.write_text(table)
        self.opens(path)
        self.page.set_input_files("input[type=file]", file)
        self.sends("预览|检查|上传|读取|查看")
        refused = self.page.locator("main").inner_text()
        self.sends("导入|录入")
        assert "错误" not in self.page.locator("main").inner_text(), refused


def walk(new_page, link: str, folder: Path, said=print) -> None:
    """Walk the way. `new_page()`: a page of somebody not logged in; `link`: what create_administrator printed."""
    began = time.monotonic()

    def tell(what: str) -> None:
        said(f"{time.monotonic() - began:6.1f} s  {what}")

    admin = Person(new_page(), "admin")
    admin.opens(link)
    admin.page.fill("[name=new_password1]", OWN)
    admin.page.fill("[name=new_password2]", OWN)
    admin.page.keyboard.press("Enter")
    admin.page.wait_for_url("**/login/")
    admin.logs_in()
    tell("the administrator is in, with a second factor")
    admin.opens("/setup/")
    admin.opens("/studios/areas/")
    admin.sends("随产品|自带|导入")
    tell("areas")
    for path, table in TABLES:
        admin.takes_in(path, table, folder)
        tell(path)
    admin.takes_in("/users/import/", USERS, folder)
    assert "/users/slips/" in admin.page.url, admin.page.url
    printed = admin.page.locator("main").inner_text()
    slips = dict(re.findall(r"用户名\s+(\S+)\s+初始密码\s+(\S+)", printed))
    tell(f"{len(slips)} slips")
    people = {name: Person(new_page(), name, slips[name]) for name in slips}
    for person in people.values():
        person.logs_in()
    tell("everybody is in with a password of their own")
    clerk, officer, handler = (people[name] for name in ("shixiaomei", "longfenban", "xiangjingban"))
    clerk.opens("/opinions/new/")
    page = clerk.page
    page.select_option("[name=channel]", "phone")
    page.select_option("[name=matter_type]", "complaint")
    page.fill("[name=title]", "公交站牌歪了")
    page.fill("[name=body]", "人民北路公交站牌歪了半个月，没人修。")
    page.fill("[name=citizen_phone]", "13800138000")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: not url.endswith("/new/"))
    number = re.search(r"/opinions/([^/]+)/", page.url)[1]
    tell(f"{number} is registered")
    steps = [
        (officer, "route", {"lead_agency": AGENCY, "category": "02"}),
        (handler, "sign", {}),
        (handler, "answer", {"outcome": "A", "answer": "站牌已经扶正。"}),
        (clerk, "report_back", {"how": "phone"}),
        (clerk, "evaluate", {"satisfaction": "satisfied", "how": "phone"}),
    ]
    for person, action, values in steps:
        person.opens(f"/opinions/{number}/")
        person.page.locator(f'a[href$="/{number}/{action}/"]').first.click()
        person.page.wait_for_selector("#act form")
        for name, value in values.items():
            _fill(person.page, name, value)
        with person.page.expect_navigation():
            person.page.locator("#act button[type=submit]").click()
        tell(action)
    assert "已办结" in clerk.page.locator("main").inner_text()


def _fill(page, name: str, value: str) -> None:
    choice = page.locator(f'#act [name="{name}"][value="{value}"]')
    field = page.locator(f'#act [name="{name}"]').first
    if choice.count():
        choice.check()
    elif field.evaluate("field => field.tagName") == "SELECT":
        offered = field.locator("option", has_text=value) if not value.isascii() else None
        field.select_option(offered.first.get_attribute("value") if offered else value)
    else:
        field.fill(value)
