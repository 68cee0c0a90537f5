"""Ledger files for the tests of imports: one good row, varied by keyword, as CSV or Excel."""

import csv
import io

from common.excel.tables import Column, Sheet, write_xlsx

OPEN_ROW = {
    "登记时间": "2025-03-18 09:30",
    "乡镇代码": "433101005",
    "标题": "乾州桥头公交站没有雨棚",
    "内容": "下雨天等公交车都淋湿了，希望能装一个。",
}
WHOLE_ROW = OPEN_ROW | {
    "来件编号": "L-1",
    "反映渠道": "网络",
    "姓名": "张三",
    "电话": "13800138000",
    "主办单位": "吉首市交通运输局",
    "答复内容": "已于四月装好雨棚。",
    "答复时间": "2025-04-08 16:00",
    "办理结果": "A",
    "群众评价": "满意",
}


def as_csv(*rows, encoding="utf-8-sig"):
    """A binary file of `rows`; its header is every column that one of them has."""
    headers = list(dict.fromkeys(header for row in rows for header in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, headers, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return io.BytesIO(out.getvalue().encode(encoding))


def as_xlsx(*rows):
    headers = list(dict.fromkeys(header for row in rows for header in row))
    out = io.BytesIO()
    write_xlsx(
        out,
        [Sheet("台账", [Column(header) for header in headers], [[r.get(h) for h in headers] for r in rows])],
    )
    out.seek(0)
    return out


def many(count, row=OPEN_ROW):
    """`count` rows that differ."""
    return [row | {"标题": f"{row['标题']}（{n}）", "来件编号": f"N-{n}"} for n in range(count)]
