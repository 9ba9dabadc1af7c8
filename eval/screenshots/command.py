"""`python -m eval screenshots`: a server with records of its own, seeded, pictured, and ended."""

from __future__ import annotations

import argparse
import json
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from assistant.accounts import Accounts
from assistant.errors import InputError
from assistant.roles import Role
from assistant.settings import PROJECT_ROOT, Settings, load_settings
from eval.bench import COMMAND, process_environment
from eval.screenshots.scenes import CALL, CASE, CLAUSE, FOLLOW_UP, REFUSAL, SCENES, Scene, View
from eval.server import REQUEST_TIMEOUT_S, Server, running_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, StorageState

CHROMIUM = Path("/usr/bin/chromium")
COLOURS = 96
LIMIT_MB = 3.0
PASSWORD = "four unlikely words"  # of accounts that live as long as the pictures are taken
NAMES = {Role.STAFF: "林晓", Role.SUPERVISOR: "王珂", Role.ADMIN: "陈工"}
TALKS = (
    (CASE, FOLLOW_UP),
    (CLAUSE,),
    (CALL,),
    (REFUSAL,),
    ("近零碳工厂的碳削减率怎么算？",),
    ("福州市到2025年规模以上工业单位增加值能耗要降多少？",),
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--only", action="append", metavar="NAME", help="only this scene (repeatable)")
    parser.add_argument("--out", type=Path, default=PROJECT_ROOT / "docs" / "images", metavar="FOLDER")


def run(console: Console, options: argparse.Namespace) -> None:
    """Take the pictures. Raises InputError for a scene that there is not, or where Chromium is missing."""
    scenes = _chosen(options.only)
    if not CHROMIUM.exists():
        raise InputError(f"没有 {CHROMIUM}；请先装 Chromium：apt-get install chromium")
    options.out.mkdir(parents=True, exist_ok=True)
    with _seeded() as server:
        for name, picture in _pictures(server, scenes):
            (options.out / name).write_bytes(picture)
            console.print(f"{name}  {len(picture) / 1000:.0f} KB")
    total = sum(file.stat().st_size for file in options.out.glob("*.png")) / 1e6
    console.print(
        f"{options.out}: {total:.2f} MB (limit {LIMIT_MB:g})", style="" if total <= LIMIT_MB else "red"
    )


def _chosen(names: list[str] | None) -> tuple[Scene, ...]:
    known = {scene.name for scene in SCENES}
    for name in names or ():
        if name not in known:
            raise InputError(f"没有画面「{name}」；有的是 {'、'.join(sorted(known))}")
    return tuple(scene for scene in SCENES if not names or scene.name in names)


@contextmanager
def _seeded() -> Iterator[Server]:
    """A server over the project's index, with its own records: an account of each role, conversations, feedback."""
    with tempfile.TemporaryDirectory(prefix="tiaowen-screenshots-") as folder:
        settings = load_settings().model_copy(update={"data_dir": Path(folder), "database_url": None})
        _add_accounts(settings)
        environment = process_environment(settings)
        environment.pop("TIAOWEN_DATABASE_URL", None)
        with running_server([str(COMMAND), "serve"], environment, Path(folder) / "server.log") as server:
            _talk(server)
            yield server


def _add_accounts(settings: Settings) -> None:
    with closing(Accounts(settings)) as accounts:
        for role, name in NAMES.items():
            accounts.add(name, role, PASSWORD)


def _talk(server: Server) -> None:
    """The conversations that the auditor's pages list, with a remark on one and thanks for another."""
    given: list[str] = []
    for messages in TALKS:
        conversation: str | None = None
        for message in messages:
            answer = _posted(server, "/api/chat", {"message": message, "conversation_id": conversation})
            conversation = answer["conversation_id"]
            given.append(answer["id"])
    _posted(server, f"/api/answers/{given[0]}/feedback", {"kind": "有用", "words": "差多少说得很清楚"})
    _posted(server, f"/api/answers/{given[2]}/feedback", {"kind": "有误", "words": "请注明是征求意见稿"})


def _posted(server: Server, path: str, body: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(
        server.url + path,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Accept": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=REQUEST_TIMEOUT_S) as response:
        found: dict[str, Any] = json.load(response)
        return found


def _pictures(server: Server, scenes: tuple[Scene, ...]) -> Iterator[tuple[str, bytes]]:
    """Each picture's file name and its PNG."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--lang=zh-CN"]
        )
        signed: dict[Role, StorageState | None] = {Role.VISITOR: None}
        for scene in scenes:
            if scene.role not in signed:
                signed[scene.role] = _signed_in(browser, server, scene.role)
            for view in scene.views:
                yield (
                    f"{scene.name}-{view.name}.png",
                    _picture(browser, server, scene, view, signed[scene.role]),
                )
        browser.close()


def _signed_in(browser: Browser, server: Server, role: Role) -> StorageState:
    with browser.new_context(base_url=server.url) as context:
        page = context.new_page()
        page.goto("/login")
        page.fill("#name", NAMES[role])
        page.fill("#password", PASSWORD)
        page.click("form.login-form button")
        page.wait_for_selector("form.account")
        return context.storage_state()


def _picture(browser: Browser, server: Server, scene: Scene, view: View, state: StorageState | None) -> bytes:
    with browser.new_context(
        base_url=server.url,
        viewport={"width": view.width, "height": view.height},
        device_scale_factor=view.scale,
        color_scheme="dark" if view.dark else "light",
        reduced_motion="reduce",
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        storage_state=state,
    ) as context:
        page = context.new_page()
        scene.reach(page)
        return small(page.screenshot(animations="disabled", caret="hide"))


def small(png: bytes) -> bytes:
    """The picture with a palette of COLOURS colours, which flat pages look the same in."""
    from PIL import Image

    written = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
        written, "PNG", optimize=True
    )
    return written.getvalue()
