"""The two replies to proposals: parts, run-in points, next steps and signature."""

from __future__ import annotations

from assistant.documents.library import Library

ECOLOGY = "fujian-ecology-reply-20251312"
FORESTRY = "fujian-forestry-reply-20251151"


def _texts(library: Library, policy_id: str) -> dict[str, str]:
    return {clause.path: clause.text for clause in library.clauses(policy_id)}


def test_ecology_parts(library: Library) -> None:
    text = _texts(library, ECOLOGY)
    assert list(text) == [
        *(
            "文头",
            "文头/印发机关",
            "文头/文号",
            "文头/答复类别",
            "题名",
            "文头/主送",
            "引言",
            "引言/段1",
            "引言/段2",
        ),
        *(
            "一",
            "一/段1",
            "二",
            "二/段1",
            "三",
            "三/段1",
            "下一步",
            "下一步/一是",
            "下一步/二是",
            "下一步/三是",
        ),
        *(
            "落款",
            "落款/致谢",
            "落款/领导署名",
            "落款/联系人",
            "落款/联系电话",
            "落款/机关",
            "落款/日期",
            "落款/公开",
            "落款/抄送",
        ),
    ]
    assert text["题名"] == "关于省政协十三届三次会议第1312号提案的答复"
    assert text["文头/文号"] == "闽环保提〔2025〕25号"
    assert text["文头/主送"] == "郑南峰委员："
    assert text["下一步"].endswith("助力“美丽福建”建设。")


def test_ecology_paragraphs_torn_by_a_page_are_mended(library: Library) -> None:
    text = _texts(library, ECOLOGY)
    assert "我厅在推动绿色低碳发展中" in text["一/段1"]
    assert "碳排放双控制度体系工作方案" in text["三/段1"]
    assert "统筹好发展和保护的关系" in text["下一步/一是"]
    assert "形成我省碳足迹标识认证试点的产品及企业清单" in text["下一步/三是"]


def test_ecology_signature(library: Library) -> None:
    text = _texts(library, ECOLOGY)
    assert text["落款/领导署名"] == "领导署名：许碧瑞\n徐威"
    assert text["落款/联系人"] == "联系人：郑喆"
    assert text["落款/联系电话"] == "联系电话：0591-87866158"
    assert text["落款/日期"] == "2025年7月16日"
    assert text["落款/机关"] == "福建省生态环境厅"
    assert text["落款/抄送"] == "抄送：省政府办公厅，省政协提案委员会。"


def test_forestry_points_are_cut_out_of_the_running_text(library: Library) -> None:
    text = _texts(library, FORESTRY)
    assert text["题名"] == "福建省林业局关于省政协十三届三次会议第20251151号提案的答复"
    assert {path for path in text if path.endswith("是")} == {
        *(f"{part}/{n}是" for part in "一二三" for n in "一二三"),
        *(f"下一步/{n}是" for n in "一二三四五"),
    }
    assert text["二"] == "二、探索区域横向补偿机制。"
    assert "累计实现碳排放权交易约7500万吨，成交金额约19亿元" in text["二/一是"]
    assert "430.19万吨、6789.36万元" in text["二/二是"]
    assert text["下一步/一是"] == (
        "一是助力林业碳汇项目开发。支持地方按照国家、省内方法学和相关标准开发项目，促进我省林业碳汇生态价值转化。"
    )
    assert library.clause(f"{FORESTRY}#二/二是").label == "二、二是"


def test_forestry_signature(library: Library) -> None:
    text = _texts(library, FORESTRY)
    assert text["落款/领导署名"] == "领导署名：王智桢\n张志才"
    assert text["落款/联系人"] == "联系人：戴腾飞（造林处）"
    assert text["落款/联系电话"] == "联系电话：0591-87275821"
    assert text["落款/日期"] == "2025年6月19日"
    assert text["落款/公开"] == "（此件主动公开）"
    assert text["落款/致谢"] == "感谢对林业工作的关心和支持。"
