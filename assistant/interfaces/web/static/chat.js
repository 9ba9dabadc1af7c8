// The chat page: sends a question, shows the steps while the answer is made, opens cited clauses beside it.
// Answers arrive as HTML that the server has cleaned; whatever a person typed is only ever set as text.

const log = document.getElementById("log");
const welcome = document.getElementById("welcome");
const composer = document.getElementById("composer");
const box = document.getElementById("message");
const send = document.getElementById("send");
const waiting = document.getElementById("waiting");
const replying = document.getElementById("replying");
const replyingTo = document.getElementById("replying-to");
const reader = document.getElementById("reader");
const readerBody = document.getElementById("reader-body");
const conversationField = composer.elements.namedItem("conversation_id");

let running = null; // AbortController of the question under way
let question = null; // the missing fact that the next message answers
let opener = null; // the element that opened the clause reader

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

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
  steps.append(element("li", "", "正在读题…"));
  turn.append(steps);
  log.append(turn);
  turn.scrollIntoView({ block: "end" });
  return turn;
}

function showStep(turn, text) {
  const steps = turn.querySelector(".steps");
  if (steps.lastElementChild.textContent === text) return;
  steps.append(element("li", "", text));
  turn.scrollIntoView({ block: "nearest" });
}

function showTrouble(turn, title, detail, message) {
  const trouble = element("article", "turn answer trouble");
  trouble.setAttribute("role", "alert");
  trouble.append(element("h2", "", title), element("p", "", detail));
  if (message) {
    const again = element("button", "button quiet", "再试一次");
    again.type = "button";
    again.addEventListener("click", () => {
      trouble.remove();
      ask(message, false);
    });
    trouble.append(again);
  }
  turn.replaceWith(trouble);
  trouble.scrollIntoView({ block: "nearest" });
}

function showAnswer(turn, html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const article = holder.content.querySelector("article");
  turn.replaceWith(article);
  enhance(article);
  // The question stays in sight above a long answer.
  article.previousElementSibling?.scrollIntoView({ block: "start" });
}

// ---- asking -----------------------------------------------------------------------------------------------------

async function ask(message, show = true) {
  if (running) return;
  if (show) showQuestion(message);
  const turn = showPending();
  running = new AbortController();
  setBusy(true);
  try {
    await stream(message, turn, running.signal);
  } catch (error) {
    const stopped = error.name === "AbortError";
    if (stopped) showTrouble(turn, "已停止", "这一问没有回答完。", message);
    else showTrouble(turn, "连接中断", "没有收到完整的回答，请检查网络后再试。", message);
  } finally {
    running = null;
    setBusy(false);
  }
}

async function stream(message, turn, signal) {
  const response = await fetch("/api/chat", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify({ message, conversation_id: conversationField.value || null, stream: true, render: true }),
    signal,
  });
  if (!response.ok) {
    const problem = await response.json();
    showTrouble(turn, problem.title, problem.detail, response.status === 503 ? message : null);
    return;
  }
  let html = null;
  let over = false;
  for await (const { event, data } of events(response.body)) {
    if (event === "progress") showStep(turn, data.text);
    else if (event === "html") html = data.html;
    else if (event === "answer") {
      conversationField.value = data.conversation_id;
      showAnswer(turn, html);
      over = true;
    } else if (event === "error") {
      showTrouble(turn, data.title, data.detail, message);
      over = true;
    }
  }
  if (!over) throw new Error("the stream ended early");
}

async function* events(body) {
  const decoder = new TextDecoder();
  const chunks = body.getReader();
  let buffer = "";
  for (;;) {
    const { value, done } = await chunks.read();
    if (done) return;
    buffer += decoder.decode(value, { stream: true });
    const blocks = buffer.split("\n\n");
    buffer = blocks.pop();
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]));
      if (fields.event) yield { event: fields.event, data: JSON.parse(fields.data) };
    }
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
  if (!text || running) return;
  const message = question ? `${question} ${text}` : text;
  box.value = "";
  replyTo(null);
  fit();
  ask(message);
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
}
box.addEventListener("input", fit);

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".starters")) return;
  event.preventDefault();
  ask(event.submitter.value);
});

document.getElementById("new-conversation").addEventListener("click", (event) => {
  event.preventDefault();
  running?.abort();
  for (const turn of log.querySelectorAll(".turn")) turn.remove();
  for (const field of composer.querySelectorAll("input[name=shown]")) field.remove();
  conversationField.value = "";
  welcome.hidden = false;
  replyTo(null);
  closeReader();
  box.focus();
});

// ---- missing facts ----------------------------------------------------------------------------------------------

function replyTo(text) {
  question = text;
  replying.hidden = !text;
  replyingTo.textContent = text ?? "";
  if (text) box.focus();
}
document.getElementById("replying-cancel").addEventListener("click", () => replyTo(null));

function enhance(article) {
  for (const item of article.querySelectorAll(".missing li")) {
    const text = item.dataset.question;
    const choose = element("button", "missing-question", text);
    choose.type = "button";
    choose.addEventListener("click", () => replyTo(text));
    item.replaceChildren(choose);
    if (!/是否|有没有|吗[？?]?$/.test(text)) continue;
    for (const word of /不适用/.test(text) ? ["是", "否", "不适用"] : ["是", "否"]) {
      const reply = element("button", "missing-reply", word);
      reply.type = "button";
      reply.setAttribute("aria-label", `${text} ${word}`);
      reply.addEventListener("click", () => ask(`${text} ${word}`));
      item.append(reply);
    }
  }
}

// ---- the clause reader ------------------------------------------------------------------------------------------

log.addEventListener("click", (event) => {
  const link = event.target.closest("a.marker");
  if (!link) return;
  const citation = document.getElementById(link.hash.slice(1));
  if (!citation) return;
  event.preventDefault();
  openReader(citation, link);
});

function openReader(citation, from) {
  opener = from;
  readerBody.replaceChildren(citation.querySelector(".citation-body").cloneNode(true));
  reader.hidden = false;
  document.body.classList.add("reading");
  for (const link of log.querySelectorAll("a.marker.open")) link.classList.remove("open");
  from.classList.add("open");
  reader.focus({ preventScroll: true });
  const mark = readerBody.querySelector("mark");
  if (mark) readerBody.scrollTop = Math.max(0, mark.offsetTop - readerBody.offsetTop - readerBody.clientHeight / 3);
}

function closeReader() {
  if (reader.hidden) return;
  reader.hidden = true;
  document.body.classList.remove("reading");
  opener?.classList.remove("open");
  opener?.focus({ preventScroll: true });
}
document.getElementById("reader-close").addEventListener("click", closeReader);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeReader();
});

// ---- while the index is being built -----------------------------------------------------------------------------

async function watch() {
  while (!waiting.hidden) {
    await new Promise((resume) => setTimeout(resume, 700));
    try {
      const response = await fetch("/readyz");
      const state = await response.json();
      waiting.hidden = response.ok;
      if (!response.ok) waiting.textContent = state.detail;
    } catch {
      waiting.textContent = "服务暂时连不上，正在重试…";
    }
  }
}

for (const article of log.querySelectorAll(".turn.answer")) enhance(article);
log.querySelector(".turn:last-of-type")?.scrollIntoView({ block: "nearest" });
watch();
