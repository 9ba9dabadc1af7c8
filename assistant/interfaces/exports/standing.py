"""What an export says on every page about the standing of the policy that it applies."""

from __future__ import annotations

from datetime import date

from assistant.documents.policy import Policy


def standing_line(policy: Policy, on: date) -> str:
    """One line: title and standing on that day, with a warning where the text does not bind."""
    standing = policy.standing(on)
    if policy.is_draft:
        return f"【{policy.status}】《{policy.title}》尚未正式施行，以正式文件为准"
    if standing:
        return f"【{standing}】《{policy.title}》在{on.isoformat()}不能据以得出有效的结论"
    return f"《{policy.title}》（{policy.status}）"
