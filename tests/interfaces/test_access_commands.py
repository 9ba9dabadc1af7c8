"""`tiaowen users` and `tiaowen keys`: what they tell, what they refuse, and that no secret is shown twice."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable

import pytest

from assistant.accounts import Accounts
from assistant.interfaces import access_commands, cli
from assistant.settings import load_settings

PASSWORD = "four unlikely words"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Run:
    """Run `tiaowen` with these words; `stdin` is what it reads."""
    monkeypatch.setenv("TIAOWEN_DATA_DIR", str(tmp_path_factory.mktemp("data")))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)

    def run_it(*words: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tiaowen", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return run_it


def test_an_account_is_made_listed_changed_and_disabled(run: Run) -> None:
    assert "还没有帐号" in run("users", "list")[1]
    code, out, err = run("users", "add", "林晓", "--role", "supervisor", stdin=f"{PASSWORD}\n")
    assert (code, out, err) == (0, "已建帐号「林晓」，身份是审核。\n", "")
    assert "林晓  审核（supervisor）" in run("users", "list")[1]
    assert run("users", "role", "林晓", "管理员")[1] == "「林晓」的身份由审核改为管理员。\n"
    assert run("users", "passwd", "林晓", stdin="another long one\r\n")[0] == 0
    accounts = Accounts(load_settings())
    assert accounts.sign_in("林晓", PASSWORD) is None
    assert accounts.sign_in("林晓", "another long one") is not None
    assert "已停用" in run("users", "disable", "林晓")[1]
    assert accounts.sign_in("林晓", "another long one") is None
    assert "重新启用" in run("users", "disable", "林晓", "--undo")[1]
    accounts.close()
    listed = json.loads(run("users", "list", "--json")[1])
    assert [(one["name"], one["role"], one["disabled"]) for one in listed] == [("林晓", "admin", False)]
    assert "password" not in str(listed)


@pytest.mark.parametrize(
    ("words", "stdin", "told"),
    [
        (("users", "add", "lin"), "short\n", "密码只有 5 个字符"),
        (("users", "add", "lin"), "", "没有读到密码"),
        (("users", "add", "a b"), f"{PASSWORD}\n", "名字「a b」不合法"),
        (
            ("users", "add", "lin", "--role", "king"),
            f"{PASSWORD}\n",
            "没有角色「king」；合法的是 visitor（访客）、staff（坐席）",
        ),
        (("users", "passwd", "nobody"), f"{PASSWORD}\n", "没有帐号「nobody」；有的是"),
        (("users", "role", "nobody", "staff"), "", "没有帐号「nobody」"),
        (("users", "disable", "nobody"), "", "没有帐号「nobody」"),
        (("users", "add"), "", "缺少参数 名字"),
        (("keys", "create", "门户", "--role", "x"), "", "没有角色「x」"),
        (("keys", "revoke", "k_no"), "", "没有编号为「k_no」的密钥"),
    ],
)
def test_what_is_not_legal_is_one_line(run: Run, words: tuple[str, ...], stdin: str, told: str) -> None:
    code, out, err = run(*words, stdin=stdin)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert told in err


def test_a_name_that_is_taken_is_told_before_the_password_is_asked_for(run: Run) -> None:
    run("users", "add", "lin", stdin=f"{PASSWORD}\n")
    assert "已有名为「lin」的帐号" in run("users", "add", "LIN")[2]


def test_on_a_terminal_the_password_is_typed_twice(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    typed = iter([PASSWORD, "something else", PASSWORD, PASSWORD])
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(typed))
    monkeypatch.setattr(sys, "stdin", Terminal())
    with pytest.raises(access_commands.InputError, match="两次输入的密码不一样"):
        access_commands._password("密码")
    assert access_commands._password("密码") == PASSWORD


def test_a_keys_secret_is_shown_once(run: Run) -> None:
    code, secret, told = run("keys", "create", "门户", "--role", "staff")
    assert code == 0
    assert secret.startswith("tw_")
    assert secret.count("\n") == 1
    assert secret.strip() not in told
    key = json.loads(run("keys", "list", "--json")[1])[0]
    assert (key["name"], key["role"], key["revoked_at"]) == ("门户", "staff", None)
    assert secret.strip() not in run("keys", "list")[1]
    accounts = Accounts(load_settings())
    assert accounts.key_of(secret.strip()) is not None
    assert "已停用" in run("keys", "revoke", key["id"])[1]
    assert accounts.key_of(secret.strip()) is None
    accounts.close()
    assert "停用" in run("keys", "list")[1]


def test_the_help_is_chinese(run: Run) -> None:
    for words in (
        ("users", "--help"),
        ("keys", "--help"),
        ("users", "add", "--help"),
        ("keys", "create", "--help"),
    ):
        text = run(*words)[1]
        assert "用法" in text
        assert "Usage" not in text
        assert "Options" not in text
