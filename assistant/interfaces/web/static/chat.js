// The chat page: sends a question, shows the steps while the answer is made, takes facts in and lets them be put right.
// Answers arrive as HTML that the server has cleaned; whatever a person typed is only ever set as text.

import { send as request } from "./sending.js";
import { answerEvents, Trouble } from "./chat_stream.js";
import { closeClause, closeSide } from "./chat_reader.js";

const log = document.getElementById("log");
const welcome = document.getElementById("welcome");
const composer = document.getElementById("composer");
const box = document.getElementById("message");
const send = document.getElementById("send");
const counter = document.getElementById("counter");
const waiting = document.getElementById("waiting");
const facts = document.getElementById("facts");
const factCount = document.getElementById("fact-count");
const past = document.getElementById("past-list");
const forget = document.querySelector("#forget form");
const conversationField = composer.elements.namedItem("conversation_id");
const noFacts = document.getElementById("no-facts").content;
const limit = box.maxLength;

const MOST_NAMED = 4; // clauses that a step names

let running = null; // AbortController of the question under way

// What is pasted must not be cut silently: the counter tells instead.
box.removeAttribute("maxlength");

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function button(className, text, onClick) {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}

function piece(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content;
}

const pause = (milliseconds) => new Promise((resume) => setTimeout(resume, milliseconds));

// ---- the conversation -------------------------------------------------------------------------------------------

function showQuestion(text) {
  welcome.hidden = true;
  const turn = element("article", "turn asked");
  turn.setAttribute("aria-label", "提问");
  turn.append(element("p", "", text));
  log.append(turn);
}

function showPending() {
  const turn = element("article", "turn answer pending");
  turn.setAttribute("aria-label", "正在回答");
  const steps = element("ol", "steps");
  turn.append(steps);
  log.append(turn);
  showStep(turn, "正在读题…");
  turn.scrollIntoView({ block: "end" });
  return turn;
}

function showStep(turn, text, addresses = []) {
  const steps = turn.querySelector(".steps");
  const last = steps.lastElementChild;
  if (last?.dataset.text === text) return;
  const step = element("li", "", text);
  step.dataset.text = text;
  if (addresses.length) step.append(element("span", "step-clauses", clauseNames(addresses)));
  steps.append(step);
  turn.scrollIntoView({ block: "nearest" });
}

function clauseNames(addresses) {
  const first = addresses.slice(0, MOST_NAMED).map(clauseName).join("、");
  return addresses.length > MOST_NAMED ? `${first} 等 ${addresses.length} 条` : first;
}

function clauseName(address) {
  const path = address.slice(address.indexOf("#") + 1);
  return path.split("/").map((part, at) => (at && /^\d+$/.test(part) ? `第${part}项` : part)).join("");
}

function showAnswer(turn, pieces) {
  const article = piece(pieces.html).querySelector("article");
  const steps = turn.querySelector(".steps");
  steps.firstElementChild.remove();
  if (steps.children.length) {
    const trail = element("details", "trail");
    trail.append(element("summary", "", `过程（${steps.children.length} 步）`));
    const list = element("ol");
    list.append(...steps.children);
    trail.append(list);
    article.querySelector(".actions")?.before(trail);
  }
  // What could be tapped on an earlier answer is out of date now.
  for (const old of log.querySelectorAll(".suggestions, .missing .reply")) old.remove();
  turn.replaceWith(article);
  showFacts(piece(pieces.facts));
  // The question stays in sight above a long answer.
  article.previousElementSibling?.scrollIntoView({ block: "start" });
}

// The conversation stands in the page's address, so that loading it again shows it again.
function goOnWith(id, question) {
  if (conversationField.value === id) return;
  conversationField.value = id;
  forget.elements.namedItem("conversation_id").value = id;
  forget.parentElement.hidden = !id;
  forget.parentElement.open = false;
  history.replaceState(null, "", id ? `/?c=${encodeURIComponent(id)}` : "/");
  for (const link of past.querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
  if (!id) return;
  const line = element("li");
  const link = element("a", "", question);
  link.href = location.href;
  link.setAttribute("aria-current", "page");
  line.append(link);
  past.prepend(line);
}

function showFacts(content) {
  const before = new Map(known(facts));
  facts.replaceChildren(content);
  const now = known(facts);
  for (const [label, value, fact] of now) fact.classList.toggle("fresh", before.get(label) !== value);
  factCount.textContent = now.length ? ` ${now.length}` : "";
}

function known(panel) {
  const text = (fact, name) => fact.querySelector(name).textContent;
  return [...panel.querySelectorAll(".fact")].map((fact) => [text(fact, ".fact-label"), text(fact, ".fact-value"), fact]);
}

// ---- what goes wrong --------------------------------------------------------------------------------------------

function showTrouble(turn, trouble, message) {
  const article = element("article", "turn answer trouble");
  article.setAttribute("role", "alert");
  article.append(element("h2", "", trouble.title), element("p", "", trouble.message));
  const again = () => {
    if (running || !article.isConnected) return;
    article.remove();
    ask(message, false);
  };
  if (trouble.kind === "gone") {
    article.append(button("button quiet", "作为新对话发送", () => {
      goOnWith("");
      again();
    }));
  } else if (trouble.kind === "sign-in") {
    const link = element("a", "button quiet", "去登录");
    link.href = "/login";
    article.append(link);
  } else if (trouble.kind !== "refused") {
    article.append(retryButton(trouble, again));
  }
  if (["refused", "sign-in"].includes(trouble.kind) && !box.value) {
    box.value = message;
    fit();
  }
  if (trouble.kind === "offline") addEventListener("online", again, { once: true });
  turn.replaceWith(article);
  article.scrollIntoView({ block: "nearest" });
}

function retryButton(trouble, again) {
  const retry = button("button quiet", "再试一次", again);
  countDown(retry, trouble.kind === "busy" ? trouble.seconds : 0);
  return retry;
}

async function countDown(retry, seconds) {
  for (let left = seconds; left > 0; left -= 1) {
    retry.disabled = true;
    retry.textContent = `${left} 秒后可以再试`;
    await pause(1000);
  }
  retry.disabled = false;
  retry.textContent = "再试一次";
}

// ---- asking -----------------------------------------------------------------------------------------------------

async function ask(message, show = true) {
  if (running) return;
  if (show) showQuestion(message);
  const turn = showPending();
  running = new AbortController();
  const { signal } = running;
  setBusy(true);
  try {
    while (await answer(message, turn, signal)) await untilReady(turn, signal);
  } catch (error) {
    const stopped = new Trouble("again", "已停止", "这一问没有回答完，问题还在。");
    if (turn.isConnected) showTrouble(turn, error.name === "AbortError" ? stopped : error, message);
  } finally {
    running = null;
    setBusy(false);
  }
}

// Shows the answer; true when the service was not ready yet and the question is to be sent again.
async function answer(message, turn, signal) {
  let pieces = null;
  try {
    for await (const { name, data } of answerEvents(request, { message, conversation_id: conversationField.value || null }, signal)) {
      if (name === "progress") showStep(turn, data.text, data.addresses);
      else if (name === "html") pieces = data;
      else if (name === "answer") {
        goOnWith(data.conversation_id, message);
        showAnswer(turn, pieces);
      }
    }
    return false;
  } catch (error) {
    if (error.kind !== "not-ready") throw error;
    return true;
  }
}

async function untilReady(turn, signal) {
  for (;;) {
    signal.throwIfAborted();
    const state = await readiness();
    if (state.ready) return;
    if (state.failed) throw new Trouble("again", "服务没能启动", state.detail);
    showStep(turn, state.detail);
    await pause(700);
  }
}

async function readiness() {
  try {
    return await (await fetch("/readyz")).json();
  } catch {
    return { ready: false, detail: "服务暂时连不上，正在重试…" };
  }
}

function setBusy(busy) {
  log.setAttribute("aria-busy", String(busy));
  send.textContent = busy ? "停止" : "发送";
  send.classList.toggle("stop", busy);
  if (!busy && matchMedia("(hover: hover)").matches) box.focus({ preventScroll: true });
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = box.value.trim();
  if (!text || running || box.value.length > limit) return;
  box.value = "";
  fit();
  ask(text);
});

send.addEventListener("click", (event) => {
  // While an answer is being made the button stops it; an empty box must not keep it from that.
  if (!running) return;
  event.preventDefault();
  running.abort();
});

box.addEventListener("keydown", (event) => {
  // Enter that confirms a candidate of an input method does not send.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  if (!running) composer.requestSubmit();
});

function fit() {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 180)}px`;
  const length = box.value.length;
  const over = length - limit;
  counter.hidden = length < limit * 0.8;
  counter.classList.toggle("full", over > 0);
  counter.textContent = over > 0 ? `${length} / ${limit} 字，超出 ${over} 字，请缩短或分几次问` : `${length} / ${limit} 字`;
}
box.addEventListener("input", fit);

// Forms of one tap: the sentence is made of their parts, or is the question on the button.
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".reply, .suggestions, .starters")) return;
  event.preventDefault();
  if (running) return;
  const data = new FormData(event.target, event.submitter);
  const message = data.getAll("part").join("") || data.get("message");
  if (event.target.matches(".starters")) startAnew();
  closeSide();
  ask(message);
});

function startAnew() {
  for (const turn of log.querySelectorAll(".turn")) turn.remove();
  log.querySelector(".left-out")?.remove();
  goOnWith("");
  showFacts(noFacts.cloneNode(true));
}

document.getElementById("new-conversation").addEventListener("click", (event) => {
  event.preventDefault();
  running?.abort();
  startAnew();
  welcome.hidden = false;
  closeClause();
  closeSide();
  box.focus();
});

// ---- taking an answer along -------------------------------------------------------------------------------------

log.addEventListener("click", async (event) => {
  const link = event.target.closest("a.copy");
  if (!link) return;
  event.preventDefault();
  const label = link.textContent;
  link.textContent = (await copied(link.href)) ? "已复制" : "没能复制";
  await pause(1600);
  link.textContent = label;
});

async function copied(url) {
  try {
    const response = await fetch(url);
    if (!response.ok) return false;
    const text = await response.text();
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else return copiedBySelection(text);
    return true;
  } catch {
    return false;
  }
}

// Browsers keep the clipboard from pages served over plain http.
function copiedBySelection(text) {
  const holder = element("textarea", "hidden-label");
  holder.value = text;
  document.body.append(holder);
  holder.select();
  const done = document.execCommand("copy");
  holder.remove();
  return done;
}

log.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.closest(".feedback")) return;
  event.preventDefault();
  const told = form.querySelector(".feedback-told");
  told.textContent = "正在送出…";
  try {
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const response = await request(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    told.textContent = response.ok ? "已记下，谢谢。" : ((await response.json()).detail ?? "没能送出，请稍后再试。");
    if (response.ok) for (const choice of form.querySelectorAll("button, textarea")) choice.disabled = true;
  } catch {
    told.textContent = "没能送出，请检查网络后再试。";
  }
});

let unfolded = []; // opened for printing only
addEventListener("beforeprint", () => {
  unfolded = [...log.querySelectorAll("details:not([open])")].filter((part) => !part.matches(".trail"));
  for (const part of unfolded) part.open = true;
});
addEventListener("afterprint", () => {
  for (const part of unfolded) part.open = false;
});

// ---- while the index is being built -----------------------------------------------------------------------------

async function watch() {
  while (!waiting.hidden) {
    await pause(700);
    const state = await readiness();
    waiting.hidden = Boolean(state.ready);
    waiting.textContent = state.detail ?? "";
  }
}

fit();
log.querySelector(".turn:last-of-type")?.scrollIntoView({ block: "nearest" });
watch();
