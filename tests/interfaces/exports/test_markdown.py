"""The self-assessment as Markdown: the engine's words, and none of the applicant's becomes markup."""

from __future__ import annotations

from assistant.interfaces.exports.markdown import markdown_text
from tests.interfaces.exports.conftest import Assess


def test_verdict_findings_figures_and_questions(assessed: Assess) -> None:
    one = assessed(
        {"programme": "零碳工厂", "facts": {"baseline_emissions": "10万吨", "report_emissions": "4万吨"}}
    )
    text = markdown_text(one)
    assert "> **【征求意见稿】《福建省零碳工厂建设管理办法》尚未正式施行，以正式文件为准**" in text
    assert "- 结论：**待补充**" in text
    assert "- 得分：0分至100分（满分100分）" in text
    for finding in one.result.findings:
        if finding.kind == "veto":
            assert f"**{finding.status.value}** {finding.label}：" in text
            assert f"“{finding.quote}”" in text
    assert [f"{n}. {item.question}" in text for n, item in enumerate(one.result.missing, start=1)].count(
        False
    ) == 0
    assert "| 10 | 碳抵消（逆向指标） |" in text
    assert "碳削减率**：不低于60%（要求≥100%）" in text


def test_own_words_are_no_markup(assessed: Assess) -> None:
    words = "# 甲|乙 <script> [x](y) *z*\n- 公司"
    text = markdown_text(assessed({"programme": "零碳工厂", "facts": {}, "applicant": {"企业名称": words}}))
    line = next(line for line in text.splitlines() if line.startswith("- 企业名称"))
    assert line == r"- 企业名称：\# 甲\|乙 \<script\> \[x\](y) \*z\* - 公司"
