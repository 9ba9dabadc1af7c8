// The page 测算: the verdict follows what is typed, errors stand beside their fields, a figure can be tried out.
// The verdict arrives as HTML from the server's own template; whatever a person typed is only ever set as text.

import { send } from "./sending.js";

const form = document.getElementById("facts");
const verdict = document.getElementById("verdict");
const announce = document.getElementById("announce");
const bar = document.getElementById("verdict-bar");
const PAUSE = 350; // ms after the last key before the verdict is asked for

let asking = null; // AbortController of the request under way
let timer = 0;

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// ---- the verdict ------------------------------------------------------------------------------------------------

function fields() {
  const typed = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value.trim()) typed.append(name, value);
  return typed;
}

function later(pause = PAUSE) {
  clearTimeout(timer);
  timer = setTimeout(update, pause);
}

async function post(path, signal) {
  return send(path, { method: "POST", body: fields(), headers: { Accept: "text/html" }, signal });
}

async function update() {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  verdict.setAttribute("aria-busy", "true");
  try {
    const response = await post("/assess/verdict", signal);
    if (response.ok) showVerdict(await response.text());
    else await showTrouble(response);
  } catch (error) {
    if (error.name === "AbortError") return;
    trouble("连接不上服务器，下面还是上一次的结论；填好的都还在，稍后会自动再试。");
    later(5000);
  }
  verdict.removeAttribute("aria-busy");
}

async function showTrouble(response) {
  const wait = Number(response.headers.get("Retry-After")) || 0;
  const problem = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
  trouble(`${problem.detail ?? `服务器没有给出结论（${response.status}）`}${wait ? `；${wait} 秒后自动再试` : ""}`);
  if (wait) later(wait * 1000);
}

function trouble(text) {
  document.getElementById("trouble")?.remove();
  const told = element("p", "notice fail", text);
  told.id = "trouble";
  told.setAttribute("role", "alert");
  verdict.prepend(told);
}

function showVerdict(html) {
  if (!html.includes("verdict-data")) return;
  const open = new Map([...verdict.querySelectorAll("details[data-key]")].map((one) => [one.dataset.key, one.open]));
  const steps = verdict.querySelector(".trace") && stepsOf(verdict).map((one) => one.open);
  verdict.after(whatif);
  verdict.innerHTML = html;
  for (const one of verdict.querySelectorAll("details[data-key]")) {
    if (open.has(one.dataset.key)) one.open = open.get(one.dataset.key);
  }
  settle();
  if (steps) unfold(steps);
}

// What the new verdict means for the rest of the page.
function settle() {
  // A clause is read beside the form, which would lose the applicant's own words if it were left.
  for (const one of document.querySelectorAll("a.source")) one.target = "_blank";
  const { link, summary, kind } = data().dataset;
  showErrors();
  showDeduced();
  setUpWhatIf();
  if (announce.textContent !== summary) announce.textContent = summary;
  bar.textContent = summary;
  bar.className = `verdict-bar ${kind}`;
  history.replaceState(null, "", link);
  carryFacts();
  const copy = document.getElementById("copy-link");
  if (copy) copy.hidden = false;
}

function data() {
  return document.getElementById("verdict-data");
}

function input(name) {
  return document.getElementById(`${name}-input`) ?? document.getElementById(name);
}

function showErrors() {
  for (const field of form.querySelectorAll(".field.wrong")) {
    field.classList.remove("wrong");
    field.querySelector(":scope > .error")?.remove();
    const told = input(field.id);
    told.removeAttribute("aria-invalid");
    describe(told, `${field.id}-error`, false);
  }
  for (const item of verdict.querySelectorAll(".wrong-list [data-field]")) {
    const field = document.getElementById(item.dataset.field);
    if (!field) continue;
    const told = input(field.id);
    const words = element("p", "error", item.querySelector("span").textContent);
    words.id = `${field.id}-error`;
    field.classList.add("wrong");
    field.append(words);
    told.setAttribute("aria-invalid", "true");
    describe(told, words.id, true);
  }
}

function describe(told, id, add) {
  const ids = (told.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  if (add) ids.push(id);
  if (ids.length) told.setAttribute("aria-describedby", ids.join(" "));
  else told.removeAttribute("aria-describedby");
}

function showDeduced() {
  for (const old of form.querySelectorAll(".field > .deduced")) old.remove();
  for (const item of data().querySelectorAll(".deduced-answer")) {
    const field = document.getElementById(`f.${item.value}`);
    field?.append(element("p", "deduced", `由填过的其他各项推定为“${item.textContent}”`));
  }
}

// The links to the other programmes take along what stands in the form.
function carryFacts() {
  const typed = fields();
  for (const tab of document.querySelectorAll(".tabs a[data-programme]")) {
    const link = new URLSearchParams({ policy: tab.dataset.policy, programme: tab.dataset.programme });
    const same = tab.dataset.policy === typed.get("policy");
    for (const [name, value] of typed) if (same && name.startsWith("f.")) link.append(name, value);
    tab.href = `/assess?${link}`;
  }
}

// The applicant's own words stand in no link: this tab keeps them over a reload, the server never does.
const OWN = `tiaowen-own-${form.elements.policy.value}-${form.elements.programme.value}`;

function ownFields() {
  return [...form.elements].filter((one) => one.name?.startsWith("a."));
}

function keepOwn() {
  const words = Object.fromEntries(ownFields().map((one) => [one.name, one.value]));
  sessionStorage.setItem(OWN, JSON.stringify(words));
}

function bringBackOwn() {
  const words = JSON.parse(sessionStorage.getItem(OWN) ?? "{}");
  for (const one of ownFields()) one.value ||= words[one.name] ?? "";
}

form.addEventListener("input", (event) => {
  if (event.target.name?.startsWith("a.")) {
    keepOwn();
    return;
  }
  if (event.target.name) later(event.target.type === "radio" ? 50 : PAUSE);
});
form.addEventListener("submit", (event) => {
  if (event.submitter?.formAction.endsWith("/assess/export")) return;
  event.preventDefault();
  if (event.submitter?.id === "show-trace") {
    unfold();
    return;
  }
  clearTimeout(timer);
  update();
});
// Leaving by a tab or reloading brings back what the URL holds; the form's own memory must not mix with it.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) update();
});

verdict.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href^='#']");
  if (link) {
    const field = document.getElementById(link.hash.slice(1));
    const told = field?.querySelector("input, select");
    if (!told) return;
    event.preventDefault();
    goTo(field, told);
  } else if (event.target.id === "copy-link") {
    await copyLink(event.target);
  }
});

function goTo(field, told) {
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  field.scrollIntoView({ block: "center" });
  told.focus({ preventScroll: true });
}

async function copyLink(button) {
  const link = document.getElementById("reopen");
  try {
    await navigator.clipboard.writeText(link.href);
    button.textContent = "已复制";
  } catch {
    // Without permission (or over plain http) the link is shown, chosen, to be copied by hand.
    const box = element("input", "link-box");
    box.readOnly = true;
    box.value = link.href;
    box.setAttribute("aria-label", "链接");
    button.replaceWith(box);
    box.select();
  }
}

// ---- the trace --------------------------------------------------------------------------------------------------

function stepsOf(place) {
  return [...place.querySelectorAll(".trace details")];
}

// `open` says which steps stood open before; a rule book's steps come in the same order each time.
async function unfold(open = []) {
  const place = document.querySelector("#trace");
  if (!place) return;
  try {
    const response = await post("/assess/trace");
    const steps = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("steps");
    if (!steps) throw new Error("no steps");
    steps.removeAttribute("id");
    place.querySelector(".trace, p")?.replaceWith(steps);
    for (const [at, one] of stepsOf(place).entries()) one.open = open[at] ?? one.open;
  } catch {
    trouble("推导没有取到，请稍后再试。");
  }
}

// ---- what if ----------------------------------------------------------------------------------------------------

const whatif = document.getElementById("whatif");
const pick = document.getElementById("whatif-fact");
const range = document.getElementById("whatif-range");
const figure = document.getElementById("whatif-value");
const unit = document.getElementById("whatif-unit");
const marks = document.getElementById("whatif-marks");
const outcome = document.getElementById("whatif-result");
const adopt = document.getElementById("whatif-adopt");
const reset = document.getElementById("whatif-reset");
let trying = null;
let tryTimer = 0;

function setUpWhatIf() {
  const sliders = [...data().querySelectorAll(".slider")];
  whatif.hidden = sliders.length === 0;
  if (whatif.hidden) return;
  document.getElementById("whatif-place").append(whatif);
  const chosen = pick.value;
  pick.replaceChildren(
    ...sliders.map((one) => {
      const choice = element("option", "", labelOf(one));
      choice.value = one.value;
      return choice;
    }),
  );
  const known = sliders.some((one) => one.value === chosen);
  const best = sliders.find((one) => one.dataset.shown && one.children.length) ?? sliders.find((one) => one.dataset.shown);
  pick.value = known ? chosen : (best ?? sliders[0]).value;
  setUpFigure();
}

function labelOf(one) {
  return form.querySelector(`label[for="f.${one.value}-input"]`).textContent;
}

function slider() {
  return [...data().querySelectorAll(".slider")].find((one) => one.value === pick.value);
}

function setUpFigure() {
  const { low, high, at, shown, unit: measure } = slider().dataset;
  range.min = low;
  range.max = high;
  range.value = at;
  range.setAttribute("aria-label", `${labelOf(slider())}，从${low}到${high}${measure}`);
  figure.value = shown ? at : "";
  figure.placeholder = shown ? "" : "还不知道";
  unit.textContent = measure;
  sayValue(at);
  marks.replaceChildren(...[...slider().children].map(mark));
  adopt.disabled = true;
  reset.disabled = true;
  trying?.abort();
  outcome.replaceChildren(element("p", "help", `可在 ${low} 至 ${high}${measure} 之间试。`));
}

function mark(limit) {
  const button = element("button", "mark-button", limit.textContent);
  button.type = "button";
  button.title = "规则的分界";
  button.addEventListener("click", () => {
    range.value = limit.value;
    setFigure(limit.value);
  });
  return button;
}

function setFigure(text) {
  figure.value = text;
  sayValue(text);
  reset.disabled = false;
  adopt.disabled = true;
  clearTimeout(tryTimer);
  tryTimer = setTimeout(tryOut, 200);
}

function sayValue(text) {
  range.setAttribute("aria-valuetext", `${text}${slider().dataset.unit}`);
}

// The nearest whole number of steps, as a plain decimal.
function rounded(value) {
  const { step } = slider().dataset;
  const decimals = (step.split(".")[1] ?? "").length;
  return String(Number((Math.round(value / step) * step).toFixed(decimals)));
}

async function tryOut() {
  const now = fields();
  const wrong = new Set([...verdict.querySelectorAll(".wrong-list [data-field]")].map((one) => one.dataset.field));
  const ours = new Set([...form.querySelectorAll(".field[id^='f.']")].map((one) => one.id));
  const known = {};
  for (const [name, value] of now) if (ours.has(name) && !wrong.has(name)) known[name.slice(2)] = value;
  const supposed = { ...known, [pick.value]: withUnit(figure.value) };
  const body = { policy: now.get("policy"), programme: now.get("programme"), facts_a: known, facts_b: supposed };
  for (const name of ["on", "stage"]) if (now.get(name) && !wrong.has(name)) body[name] = now.get(name);
  trying?.abort();
  trying = new AbortController();
  try {
    const response = await send("/api/assessments/compare", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: trying.signal,
    });
    const answer = await response.json();
    adopt.disabled = !response.ok;
    outcome.replaceChildren(...(response.ok ? comparison(answer) : [element("p", "error", answer.detail)]));
  } catch (error) {
    if (error.name !== "AbortError") outcome.replaceChildren(element("p", "error", "没有比较出来，请稍后再试。"));
  }
}

function withUnit(text) {
  return /[\d.]\s*$/.test(text) ? `${text.trim()}${slider().dataset.unit}` : text.trim();
}

function points(score) {
  return score ? `${score.low === score.high ? score.low : `${score.low}–${score.high}`} / ${score.max}` : "";
}

function comparison(answer) {
  const rows = [["结论", ...answer.statuses]];
  if (answer.scores[1].max !== "0") rows.push(["得分", ...answer.scores.map(points)]);
  for (const one of answer.facts) rows.push([one.label, one.a, one.b]);
  for (const one of answer.metrics) rows.push([one.label, ...one.display]);
  for (const one of answer.findings) {
    rows.push([one.label, ...one.statuses.map((status, at) => [status, points(one.points[at])].filter(Boolean).join("，"))]);
  }
  const table = element("table");
  const head = table.createTHead().insertRow();
  for (const words of ["", "现在", "假设"]) {
    const cell = element("th", "", words);
    cell.scope = "col";
    head.append(cell);
  }
  const body = table.createTBody();
  for (const [name, before, after] of rows) {
    const row = body.insertRow();
    const first = element("th", "", name);
    first.scope = "row";
    row.append(first, element("td", "", before), element("td", before === after ? "" : "changed", after));
  }
  return [table];
}

pick.addEventListener("change", setUpFigure);
range.addEventListener("input", () => setFigure(rounded(range.value)));
figure.addEventListener("input", () => {
  if (Number.isFinite(Number(figure.value))) range.value = figure.value;
  setFigure(figure.value);
});
figure.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault();
});
reset.addEventListener("click", setUpFigure);
adopt.addEventListener("click", () => {
  const field = input(`f.${pick.value}`);
  field.value = withUnit(figure.value);
  update();
  goTo(field, field);
});

document.body.classList.add("live");
bringBackOwn();
settle();
