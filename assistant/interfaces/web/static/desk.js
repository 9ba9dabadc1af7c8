// The hotline desk: offers while typing, one card to read out, and a key for everything. Keys are letters while
// somebody types; with Alt or Ctrl held they work there too.

import { send } from "./sending.js";

const $ = (id) => document.getElementById(id);
const box = $("q"), offers = $("offers"), card = $("card"), note = $("note"), told = $("told"), clause = $("clause");
const TURN_TOLD = $("turn-told").textContent;
const call = { conversation: null, given: null, turns: 0, disposition: null, saving: false, asking: 0 };
let chosen = -1, typing = null, asked = 0;

// ---- talking to the service

class Refused extends Error {}

async function json(path, body, signal) {
  const options = body
    ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal }
    : { headers: { Accept: "application/json" }, signal };
  let response;
  try {
    response = body ? await send(path, options) : await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    offline(true);
    throw new Refused("连不上服务；已经写下的都还在，恢复后再按一次");
  }
  offline(false);
  if (response.ok && !response.redirected) return response.json();
  if (response.status === 401 || response.redirected) throw new Refused("登录已经过期；请在新窗口登录后再按一次，写下的都还在");
  const problem = await response.json().catch(() => ({}));
  throw new Refused(problem.detail || `服务出错（${response.status}）；请再按一次`);
}

function offline(is) {
  $("offline").hidden = !is;
}

function tell(words, bad = false) {
  told.textContent = words;
  told.classList.toggle("bad", bad);
}

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined && text !== null) made.textContent = text;
  if (className) made.className = className;
  return made;
}

// ---- offers while typing

function typed() {
  typing?.abort();
  asked += 1;
  if (!box.value.trim()) return showOffers(null);
  offer(box.value, asked);
}

async function offer(words, turn) {
  typing = new AbortController();
  try {
    const found = await json(`/api/desk/suggest?q=${encodeURIComponent(words.slice(0, 500))}`, null, typing.signal);
    if (turn === asked) showOffers(found);
  } catch (error) {
    if (error.name !== "AbortError" && turn === asked) tell(error.message, true);
  }
}

function showOffers(found) {
  chosen = -1;
  offers.replaceChildren();
  if (found) {
    for (const one of found.standards) add("标准答复", "chip pass", one.question, one.sentence, () => ask(one.question, one.id));
    for (const one of found.earlier) add(one.times > 1 ? `问过 ${one.times} 次` : "问过", "chip plain", one.question, [one.disposition, one.sentence].filter(Boolean).join(" · "), () => ask(one.question));
    for (const one of found.clauses) add(one.policy_status === "现行" ? "条款" : one.policy_status, one.policy_status === "现行" ? "chip plain" : "badge", `${one.label}　${one.title}`, one.text, () => openClause(one));
  }
  const none = !offers.children.length;
  offers.hidden = none;
  box.setAttribute("aria-expanded", String(!none));
  box.removeAttribute("aria-activedescendant");
  if (found && none) tell("没有相近的条目；按回车照样可以问");
  else if (found) tell("");
}

function add(kind, className, words, small, open) {
  const row = element("li");
  row.id = `offer-${offers.children.length}`;
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", "false");
  row.append(element("span", kind, className), element("b", words), element("small", small));
  row.addEventListener("mousedown", (event) => { event.preventDefault(); open(); });
  row.open = open;
  offers.append(row);
}

function choose(step) {
  const rows = [...offers.children];
  if (!rows.length || offers.hidden) return false;
  rows[chosen]?.setAttribute("aria-selected", "false");
  chosen = Math.max(-1, Math.min(rows.length - 1, chosen + step));
  const row = rows[chosen];
  if (row) {
    row.setAttribute("aria-selected", "true");
    row.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", row.id);
  } else box.removeAttribute("aria-activedescendant");
  return true;
}

// ---- the card

async function ask(question, standard = null) {
  if (!question.trim()) return;
  const turn = (call.asking += 1);
  closeOffers();
  clause.hidden = true;
  $("empty").hidden = true;
  box.value = question;
  card.setAttribute("aria-busy", "true");
  tell("正在答复…");
  try {
    const body = { question, conversation_id: call.conversation, standard_id: standard };
    const given = await json("/api/desk/ask", body);
    if (turn !== call.asking) return;
    call.given = given;
    call.conversation = given.answer.conversation_id;
    call.turns += 1;
    card.innerHTML = given.html; // made by the server, which escapes what people wrote
    showAlike(given.earlier);
    $("turn-told").textContent = `这通来电第 ${call.turns} 问，接着打字就是追问；Esc 两次另起一问`;
    tell("");
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  } catch (error) {
    if (turn !== call.asking) return;
    tell(error.message, true);
    box.focus();
  } finally {
    if (turn === call.asking) card.removeAttribute("aria-busy");
  }
}

function closeOffers() {
  typing?.abort();
  asked += 1;
  showOffers(null);
}

function openClause(one) {
  closeOffers();
  $("empty").hidden = true;
  const link = element("a", "在条款页打开（新窗口）");
  Object.assign(link, { href: one.href, target: "_blank", rel: "noopener" });
  const head = element("h2", one.label);
  head.append(element("small", one.title), " ", element("span", one.policy_status, one.policy_status === "现行" ? "chip plain" : "badge"));
  const place = element("p");
  place.append(link);
  clause.replaceChildren(head, ...(one.caution ? [element("p", one.caution, "caution")] : []), element("p", one.text, "clause-text"), place);
  clause.hidden = false;
  clause.copied = `${one.text}\n《${one.title}》${one.policy_status === "现行" ? "" : `（${one.policy_status}）`}${one.label}　${one.address}`;
  clause.focus();
}

function showAlike(earlier) {
  const list = $("alike");
  list.replaceChildren();
  for (const one of earlier) {
    const row = element("li"), pick = element("button", one.question, "pick");
    pick.type = "button";
    pick.addEventListener("click", () => ask(one.question));
    const day = new Date(one.created_at).toLocaleDateString("zh-CN", { timeZone: "Asia/Shanghai" });
    row.append(pick, element("small", [day, one.operator, one.disposition, one.note].filter(Boolean).join(" · ")));
    if (one.sentence) row.append(element("small", one.sentence));
    list.append(row);
  }
  $("no-alike").hidden = earlier.length > 0;
  $("no-alike").textContent = "以前没有相近的来电。";
}

async function copy() {
  const words = clause.hidden ? call.given?.copied : clause.copied;
  if (!words) return tell("还没有可以复制的答复", true);
  try {
    await navigator.clipboard.writeText(words);
    tell("已复制这一句和出处");
  } catch {
    tell("浏览器不让复制；请选中文字后按 Ctrl+C", true);
  }
}

// ---- the call

function dispose(index) {
  const buttons = [...document.querySelectorAll("[data-disposition]")];
  for (const [at, button] of buttons.entries()) button.setAttribute("aria-checked", String(at === index));
  call.disposition = buttons[index]?.dataset.disposition ?? null;
  if (call.disposition) tell(`处置：${call.disposition}`);
}

async function save() {
  if (call.saving) return;
  if (!call.given) return tell("还没有提问，没有可以保存的来电；先打字按回车", true);
  if (!call.disposition) return tell("还没有选处置；按 1 到 4 选一个再保存", true);
  call.saving = true;
  $("save").disabled = true;
  try {
    await json("/api/desk/calls", { answer_id: call.given.answer.id, disposition: call.disposition, note: note.value, standard_id: call.given.standard?.id ?? null });
    begin();
    note.value = "";
    dispose(-1);
    tell("已保存，接下一通");
    box.focus();
    showShift((await json("/api/desk/calls")).calls);
  } catch (error) {
    tell(error.message, true);
  } finally {
    call.saving = false;
    $("save").disabled = false;
  }
}

function begin() {
  Object.assign(call, { conversation: null, given: null, turns: 0, asking: call.asking + 1 });
  box.value = "";
  closeOffers();
  card.replaceChildren();
  card.removeAttribute("aria-busy");
  clause.hidden = true;
  $("empty").hidden = false;
  $("alike").replaceChildren();
  $("no-alike").hidden = false;
  $("no-alike").textContent = "提问后列出。";
  $("turn-told").textContent = TURN_TOLD;
  tell("");
}

function showShift(calls) {
  $("shift").replaceChildren(...calls.map((one) => {
    const row = element("li"), words = element("span", one.question ?? "（对话已删除）");
    if (one.note) words.append(element("small", one.note));
    const time = new Date(one.created_at).toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false });
    row.append(element("time", time), element("span", one.disposition, one.disposition === "无法答复" ? "chip fail" : "chip plain"), words);
    return row;
  }));
  $("shift-count").textContent = calls.length;
  $("no-shift").hidden = calls.length > 0;
}

// ---- a standard answer is proposed

function propose() {
  if (!call.given) return tell("先提问，再把答复提议为标准答复", true);
  if (call.given.standard) return tell("这已经是标准答复", true);
  if (!call.given.answer.citations.length) return tell("这个回答没有引用条款，不能作为标准答复", true);
  $("proposal-question").value = box.value;
  $("proposal-text").value = call.given.answer.answer;
  $("proposal-told").textContent = "";
  $("proposal").showModal();
}

async function sendProposal(event) {
  event.preventDefault();
  try {
    await json("/api/desk/standards", { answer_id: call.given.answer.id, question: $("proposal-question").value, text: $("proposal-text").value });
    $("proposal").close();
    tell("已交审核；批准以后先给出");
  } catch (error) {
    $("proposal-told").textContent = error.message;
  }
}

// ---- keys

const KEYS = {
  "/": () => { box.focus(); box.select(); },
  c: copy,
  n: () => note.focus(),
  s: save,
  p: propose,
  m: () => { const whole = $("whole"); if (whole) whole.open = !whole.open; },
  "?": () => $("keys").showModal(),
  1: () => dispose(0),
  2: () => dispose(1),
  3: () => dispose(2),
  4: () => dispose(3),
};

function clear() {
  if (box.value || !offers.hidden) {
    box.value = "";
    closeOffers();
    tell("");
  } else if (call.given || !clause.hidden) begin();
  box.focus();
}

function pressed(event) {
  if (event.isComposing || event.keyCode === 229 || document.querySelector("dialog[open]")) return;
  const field = event.target.closest?.("input, textarea, select, [contenteditable]");
  const held = event.altKey !== event.ctrlKey && !event.metaKey;
  const plain = !event.altKey && !event.ctrlKey && !event.metaKey;
  if (event.key === "Escape") {
    event.preventDefault();
    if (field === note) note.blur();
    else clear();
  } else if (plain && (event.key === "ArrowDown" || event.key === "ArrowUp") && field !== note) {
    if (choose(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
  } else if (event.key === "Enter" && held && field === note) {
    event.preventDefault();
    save();
  } else if (plain && event.key === "Enter" && field !== note && offers.children[chosen]) {
    event.preventDefault();
    offers.children[chosen].open();
  } else if (plain && event.key === "/" && field === box && !box.value) {
    event.preventDefault(); // already there: no sign of a question
  } else if ((held && field && !copiesSelection(event)) || (plain && !field)) {
    // a code tells a key that Alt turned into another sign
    const key = KEYS[event.key.toLowerCase()] ? event.key.toLowerCase() : event.code.replace(/^(Key|Digit)/, "").toLowerCase();
    if (!KEYS[key]) return;
    event.preventDefault();
    KEYS[key]();
  }
}

// Ctrl with c, s, n, p is what the browser and its fields have it for, where something is selected to be copied.
function copiesSelection(event) {
  return event.ctrlKey && event.key.toLowerCase() === "c" && event.target.selectionStart !== event.target.selectionEnd;
}

document.addEventListener("keydown", pressed);
box.addEventListener("input", (event) => { if (!event.isComposing) typed(); });
box.addEventListener("compositionend", typed);
$("ask").addEventListener("submit", (event) => { event.preventDefault(); ask(box.value); });
$("save").addEventListener("click", save);
$("copy").addEventListener("click", copy);
$("propose").addEventListener("click", propose);
$("show-keys").addEventListener("click", KEYS["?"]);
$("proposal-form").addEventListener("submit", sendProposal);
$("proposal-close").addEventListener("click", () => $("proposal").close());
$("proposal").addEventListener("keydown", (event) => { if (event.key === "Enter" && event.ctrlKey) $("proposal-form").requestSubmit(); });
card.addEventListener("click", (event) => {
  const pick = event.target.closest(".pick");
  if (pick) ask(pick.dataset.question, pick.dataset.standard);
});
for (const [at, button] of [...document.querySelectorAll("[data-disposition]")].entries()) button.addEventListener("click", () => dispose(at));
window.addEventListener("offline", () => offline(true));
window.addEventListener("online", () => offline(false));
window.addEventListener("beforeunload", (event) => { if (call.given || note.value.trim()) event.preventDefault(); });
box.focus();
if (box.value.trim()) typed();
