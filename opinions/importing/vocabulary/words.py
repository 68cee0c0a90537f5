"""Words that offices write where the register has a fixed choice, beyond the product's own (columns.WORDS). Data."""

from opinions.importing import columns as c
from opinions.models import Channel, MatterType, Outcome, Satisfaction, Urgency

MEANT: dict[str, dict[object, str]] = {
    c.CHANNEL: {
        Channel.RECEPTION: (
            "中心来访 来人来访事件 集访 群众来访 工作室接待 代表接待 接待选民 联络站接待 上门反映 当面反映"
        ),
        Channel.VISIT: "入户 家访 代表走访 走访群众 进村入户",
        Channel.SYMPOSIUM: "座谈会收集 院坝会 屋场会 坝坝会 群众会",
        Channel.INSPECTION: "专题调研 执法检查 视察调研",
        Channel.PHONE: "录音 热线投诉 打电话 致电 来电反映 电话反映",
        Channel.SMS: "手机短信",
        Channel.WEB: (
            "微信微博 网站邮件赣服通 政府网 网站 邮件 电子邮件 QQ APP 网站留言投诉 网上来信 网上信访 新媒体 "
            "人民网留言 微信公众号 公众号 小程序 微信群 网络平台 网上留言 扫码"
        ),
        Channel.LETTER: "传真 本级来信 县区来信 群众来信 书信",
        Channel.TRANSFERRED: (
            "110接警 上级派发 国家局转访 市转来信 市转来访 市委领导信箱 委转来信 委转来访 委转来电 热线转办单 "
            "上级转交件 市人大 国家信访局 省信访局 市信访局 省长信箱 市长热线 中省转办信件 上级交办 上级转办 "
            "12345或信访转来 12345转办 信访局转办 县长热线 部门转办"
        ),
    },
    c.MATTER_TYPE: {
        MatterType.COMPLAINT: "举报 揭发控告 申诉 批评 控告 检举 投诉类",
        MatterType.ENQUIRY: "咨询类 政策咨询",
        MatterType.HELP: "求决 民生诉求 投诉/求助 求助类 诉求 困难求助",
        MatterType.PROPOSAL: "意见 建言 意见建议类 建议意见 提议",
    },
    c.SECRET: {False: "非密 不需要 不用 无需保密 ×", True: "需保密 要保密 √ ✓ 要求保密"},
    c.OUTCOME: {
        Outcome.A: "解决 解决或基本解决 已解决或基本解决 基本解决 已办结 办结 已落实 A类",
        Outcome.B: "部分解决 解决中 办理中 正在办理 正在落实 B类",
        Outcome.C: "部分解决或列入计划 部分解决或计划解决 列入计划解决 计划解决 C类",
        Outcome.D: "留作工作参考 解释答复 已解释 D类",
    },
    c.SATISFACTION: {
        "": "未表态 待评价 未评价 超期未评价 无法回访 未回访 不详",
        Satisfaction.SATISFIED: "双满意 很满意 较满意 4星 5星 0.满意",
        Satisfaction.MOSTLY: "理解 单满意 3星 比较满意 一般",
        Satisfaction.NOT: "1星 2星 很不满意",
    },
    c.URGENCY: {Urgency.NORMAL: "一般 普通 正常 非紧急 否 平件", Urgency.URGENT: "重大紧急 特急 加急 急 是 急件"},
}  # fmt: skip
# False friends: a word that means something else elsewhere is asked, with what it may mean.
ASKED: dict[str, dict[str, tuple[object, ...]]] = {
    c.CHANNEL: {
        # The household visits of deputies; in petition statistics people who come to the office.
        "走访": (Channel.RECEPTION, Channel.VISIT),
        "市长信箱": (Channel.WEB, Channel.TRANSFERRED),
        "县长信箱": (Channel.WEB, Channel.TRANSFERRED),
        "无": (),
        "其他": (),
    },
    c.MATTER_TYPE: {"其他": (), "表扬": ()},
    c.OUTCOME: {"是": (Outcome.A,), "否": (Outcome.D, Outcome.B)},
    c.SATISFACTION: {
        "是": (Satisfaction.SATISFIED,),
        "否": (Satisfaction.NOT,),
        "1": (Satisfaction.SATISFIED,),
        "0.7": (Satisfaction.MOSTLY,),
        "0.6": (Satisfaction.MOSTLY,),
        "0": (Satisfaction.NOT,),
    },
}
