"""Headers that offices, hot lines and petition offices use, and the columns they may mean."""

from functools import lru_cache

from common.excel.headers import normal, variants
from opinions.importing import columns as c

NOTE, OUT = "note", "out"  # what becomes of a column that is none of ours: kept as a note, or left out

# A header that stands in several lists is asked about, with these columns offered.
ALIASES = {
    c.OUTSIDE_NUMBER: (
        "工单编号 工单号 工单编码 编号 诉求编号 受理编号 单号 工单id 12345工单编号 任务编号 省信访件编号 "
        "市受理编号 区县受理编号 信访件编号 办件编号 信件编号 留言编号 提案编号 社情民意编号 建议编号 案号 "
        "登记号 流水号 转办单工单编号 线上督办单编号 转办编号 ID 登记编号 台账编号 意见编号 来件号 xfjbh gdbh"
    ),
    c.REGISTERED_AT: (
        "来电时间 来话时间 受理时间 创建时间 投诉时间 反映时间 工单时间 提交时间 时间 发生时间 上报时间 "
        "12345受理时间 发现时间 立案时间 反映日期 来访时间 来访日期 收件日期 来电日期 信访日期 提交日期 "
        "来信时间 留言时间 提出时间 诉求日期 诉求时间 举报时间 立案日期 登记日期 受理日期 接待时间 接待日期 "
        "收集时间 收集日期 日期 受理登记时间 djsj xfrq"
    ),
    c.TOWNSHIP: (
        "被反映街乡镇 街乡镇 乡镇街道 街道乡镇 被反映街道 所在街乡镇 被反映区 反映区 区县 所在区 事发区域 区域 "
        "发生区域 所属区域 属地 地点 地址 街道 街道名 街道名称 镇街 乡镇名称 问题属地 问题发生地 发生地 "
        "上导区县 省 市 乡镇 所属乡镇 所在乡镇 乡镇（街道） 乡（镇） wtsddm wtsdmc"
    ),
    c.TITLE: (
        "工单标题 诉求标题 问题标题 来电标题 诉求主题 信件标题 留言标题 留言主题 信访主题 建议标题 题目 主题 "
        "案由 提案标题 问题摘要 事由 意见标题 tszt"
    ),
    c.BODY: (
        "主要内容 诉求内容 反映内容 来电内容 问题描述 工单内容 投诉内容 咨询内容 诉求 事件描述 描述 "
        "12345内容描述 内容描述 诉求描述 来访诉求 信访内容 信访诉求 概况信息 信件内容 留言正文 留言内容 "
        "留言详情 来电问题/诉求 全文 摘要 意见建议内容 意见内容 反映问题 群众诉求 反映事项 主要诉求 意见建议 "
        "反映的主要问题 问题及建议 tsnr"
    ),
    c.CHANNEL: (
        "12345工单来源 工单来源 渠道来源 来源渠道 诉求来源 来源 信访形式 信访渠道 留言对象 受理渠道 反映方式 "
        "收集方式 来源方式 xfxs sqly"
    ),
    c.MATTER_TYPE: (
        "12345工单类型 工单类型 诉求类型 工单性质 诉求性质 事项性质 诉求定性 业务类型 案件属性 信访目的 "
        "诉求目的 信件类型 类型 留言类型 提案类型 类别 xfmddm"
    ),
    c.CATEGORY: (
        "问题分类 问题类别 事项分类 诉求分类 来电类别 一级分类 二级分类 三级分类 四级分类 十四类 一级业务分类 "
        "二级业务分类 三级业务分类 四级业务分类 五级业务分类 五级分类 内容分类 诉求类别一级 诉求类别二级 "
        "留言类别1 留言类别2 一级标签 一级定性 二级定性 三级定性 办理分类 归口类型 事项 事项二级分类 问题类型 "
        "信息类别 审查分类 性质类别 分类调整 意见类别 分类 nrfldm"
    ),
    c.NAME: (
        "来电人 反映人 诉求人 联系人 来话人 诉求人姓名 信访人姓名 来访人 来电人姓名 留言用户 网友 提出人 "
        "反映人姓名 群众姓名 选民姓名 来访人姓名 信访人 xm"
    ),
    c.PHONE: (
        "来电人电话/账号 来电人电话 联系电话 联系方式 账号 来电号码 诉求人手机号 诉求人号码 回访号码 联系号码 "
        "诉求号码 手机号 固定电话 手机号码 诉求人电话 电话号码 手机 联系人电话 反映人电话 sjh gddh"
    ),
    c.SECRET: ("rank 是否匿名 匿名标志 公开标志 是否公开 是否保密 sfbm nmbz gkbz"),
    c.AGENCY: (
        "办理单位 处理单位 责任单位 处理部门 最后主责部门 立案部门 转办单位 办理部门 行业主管部门 二级办理部门 "
        "回复单位 经办单位 具体承办单位 转往处 责任部门 处理人 拟主办单位 去向部门 承办部门 交办单位 牵头单位 "
        "cbdw"
    ),
    c.ANSWER: (
        "回复内容 办理回复 办理结果 处理结果 承办结果 答复市民要点 转办单回复内容 督办单回复内容 答复情况 "
        "办理情况 答复脚本 解决情况详情 公示内容 主办答复全文 办理报告 答复意见 处理情况 办理答复 落实情况 "
        "reply"
    ),
    c.ANSWERED_AT: (
        "回复时间 办结时间 完成时间 结案时间 处理时间 主办答复时间 报结案时间 结案日期 处理完成时间 "
        "督办单办结时间 办结日期 实际办结日期 答复日期 回复日期 办理时间"
    ),
    c.OUTCOME: (
        "是否解决 解决情况 是否办结解决 诉求是否解决 市办理结果 结案评判 反馈结论 解决程度 办理情况 类别标记 "
        "类别号 问题解决情况 采纳情况 落实情况 办结状态 结果类别"
    ),
    c.SATISFACTION: (
        "是否满意 评价结果 回访总体满意度 市民满意度 群众满意度 转办单满意度 督办单短信评价满意度 结果满意度 "
        "作风满意度 办理工作 办理结果 对信访部门满意度 对责任单位满意度 一次解决程度 一次办理态度 一次办理速度 "
        "用户满意度评价 提案人意见 群众意见 满意情况 满意程度"
    ),
    c.VILLAGE: (
        "村/社区 社区 村居 社区名称 居村委名 行政村 小区名称 所在村 村名 村（居） 所在村居 所在社区 村寨"
    ),
    c.PLACE: (
        "事件发生地 诉求人地址 发生地址 12345诉求地址 诉求地址 地址 小区点位 点位 详细地址 发生地点 问题点位 "
        "小区 诉求人所在地址 被诉求单位地址 住址 问题发生地 联系地址 发生地 小区地址"
    ),
    c.URGENCY: ("紧急 重大紧急标志 是否紧急 紧急情况 jjcd sfjj"),
}
# Facts that real ledgers have and the register has no column for: kept with the opinion as a note.
NOTES = (
    "工单状态 状态 办理状态 案件状态 信访件状态 处理状态 建议状态 是否回复 提交状态 当前环节 企业名称 单位名称 "
    "商户名称 公司名称 被诉求单位名称 涉及主体 主体 涉事主体 涉及对象 被诉主体 涉事单位 涉及单位 涉及人数 人数 "
    "提出人数 来访人数 是否集体访 信访人数 联名标志 性别 工作单位 来电单位 工作单位与职位 邮箱 电子邮箱 "
    "登记机构 登记人 登记单位 接件人 接件时间 接件意见 接访人 工号 接待代表 接受代表 接收代表 接收代表所属小组 "
    "所属小组 接收代表联系方式 代表 代表姓名 协办单位 会办单位 交办日期 交办时间 派遣时间 接单时间 分派时间 "
    "转办时间 要求办结日期 要求结办日期 要求交办日期 限办截止 限办时间 办理时限 承办负责人 承办负责人职务 "
    "具体承办人 具体承办人职务 签发人 主办联系人 主办联系电话 承办人 经办人 文号 发文字号 面商地点 面商时间 "
    "办理方式 面商形式 面商人 协商形式 沟通方式 回访结果 回访时间 回访成功 预约回访 重新回访 核查结果 是否回访 "
    "回访内容 回访机构 回访人 回访状态 回访方式 不满原因 不满意原因 重复次数 催单次数 补单次数 是否重复反应 "
    "是否无效件 重复信访标志 重复件编号 初/重 催办次数 领导督办 职能局退回 重启流程 延期 预逾期 逾期 "
    "延期申请日期 延期结束日期 延期理由 退件标志 退件理由 红黄牌 是否为最终办理结果 计划完成时间 督办单研判 "
    "积案标志 涉法涉诉标志 扬言标志 积案 涉法涉诉 关键词 关键字 标签 评星 加星 减星 备注 年 月份 反馈情况 "
    "反馈时间 领导批示"
)
# Left out unless somebody wants them: what counts the rows, and numbers of identity papers, which nobody needs here.
LEFT_OUT = "序号 序 行号 证件号码 身份证号 身份证号码 证件类型 证件号 查询码 附件 是否有图"


@lru_cache(maxsize=1)
def _index() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for column in c.COLUMNS:
        for name in (column.header, *column.former):
            found.setdefault(normal(name), []).insert(0, column.header)
    for header, words in ALIASES.items():
        for word in words.split():
            meant = found.setdefault(normal(word), [])
            if header not in meant:
                meant.append(header)
    for target, words in ((NOTE, NOTES), (OUT, LEFT_OUT)):
        for word in words.split():
            found.setdefault(normal(word), [target])
    return {name: tuple(meant) for name, meant in found.items()}


def candidates(header: str) -> tuple[str, ...]:
    """Return what a header may mean, the likeliest first: columns, NOTE or OUT; empty for an unknown one."""
    index = _index()
    for form in variants(header):
        for name in (form, form.removeprefix("12345"), form.rstrip("0123456789")):
            if name in index:
                return index[name]
    return ()


def known(header: str) -> str:
    """Return what a header most likely means, "" for an unknown one: by this the header row is found."""
    found = candidates(header)
    if not found:
        return ""
    return f"{found[0]} {normal(header)}" if found[0] in (NOTE, OUT) else found[0]


def is_own(header: str) -> bool:
    """Return whether a header is the product's own, now or in an earlier template: it is never asked about."""
    own = (name for column in c.COLUMNS for name in (column.header, *column.former))
    return normal(header) in {normal(name) for name in own}
