// The reviewer's pages work without this module; with it forms answer in place, the tree follows the arrow keys, and links copy.

import { send } from "./sending.js";

const tree = document.querySelector("#tree");
if (tree) {
  tree.addEventListener("keydown", moveInTree);
  showCurrent();
}
for (const form of document.querySelectorAll("form[data-live]")) form.addEventListener("submit", answerInPlace);
for (const select of document.querySelectorAll("form.filters select")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => copy(button.dataset.copy));
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
showQuote();

/** Scroll the tree, not the page, to the present clause. */
function showCurrent() {
  const here = tree.querySelector("[aria-current]");
  if (here && tree.scrollHeight > tree.clientHeight) {
    tree.scrollTop = here.offsetTop - tree.clientHeight / 3;
  }
}

/** Bring the words that the link asks for into view where the beginning of the page does not show them. */
function showQuote() {
  const quote = document.querySelector("#main .clause-text mark.quote, #main .stored mark.quote");
  if (quote && new URLSearchParams(location.search).has("quote") && quote.getBoundingClientRect().bottom > innerHeight) {
    quote.scrollIntoView({ block: "center", behavior: "instant" });
  }
}

/** Arrow keys among the links that are to be seen; left and right close and open what lies below one. */
function moveInTree(event) {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.altKey) return;
  const links = [...tree.querySelectorAll("a")].filter((one) => !one.closest("details:not([open])"));
  const at = links.indexOf(link);
  const item = link.closest("li");
  const below = item?.querySelector(":scope > details");
  let next = null;
  if (event.key === "ArrowDown") next = links[at + 1];
  else if (event.key === "ArrowUp") next = links[at - 1];
  else if (event.key === "Home") next = links[0];
  else if (event.key === "End") next = links[links.length - 1];
  else if (event.key === "ArrowRight" && below) {
    if (below.open) next = below.querySelector("a");
    else below.open = true;
  } else if (event.key === "ArrowLeft") {
    if (below?.open) below.open = false;
    else next = item?.parentElement.closest("li")?.querySelector("a");
  } else return;
  event.preventDefault();
  next?.focus();
}

/** Send the form as the browser would, and put the named part of the page that comes back in place of the one here. */
async function answerInPlace(event) {
  const form = event.target;
  const place = document.getElementById(form.dataset.live);
  if (!place) return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  const get = form.method === "get";
  const url = get ? `${form.action}?${fields}` : form.action;
  place.classList.add("busy");
  place.setAttribute("aria-busy", "true");
  try {
    const response = await send(url, {
      method: form.method.toUpperCase(),
      body: get ? undefined : fields,
      headers: { accept: "text/html" },
    });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const answer = page.getElementById(form.dataset.live);
    if (answer) place.replaceChildren(...answer.childNodes);
    else tell(place, page.querySelector("main")?.textContent.replace(/\s+/g, " ").trim() || "没有得到结果，请稍后再试。");
    if (get && form.action === location.origin + location.pathname) history.replaceState(null, "", url);
  } catch {
    tell(place, "连不上服务，请检查网络后再试；刚才填的内容还在。");
  }
  place.classList.remove("busy");
  place.removeAttribute("aria-busy");
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest" });
}

function tell(place, words) {
  const note = document.createElement("p");
  note.className = "notice bad";
  note.setAttribute("role", "alert");
  note.textContent = words;
  place.replaceChildren(note);
}

/** The stable link, or the text with its source, to the clipboard. */
async function copy(what) {
  const source = document.querySelector("#source").dataset;
  const link = location.origin + location.pathname;
  const title = `《${source.title}》${source.number ? `（${source.number}）` : ""}`;
  const standing = source.status === "现行" ? "" : `【${source.status}】`;
  const parts = [...document.querySelectorAll("#text ~ .clause-text, #text ~ .passage .clause-text")];
  const words = parts.map((part) => part.textContent).join("\n");
  const status = document.querySelector("#copied");
  try {
    await navigator.clipboard.writeText(what === "link" ? link : `${words}\n——${title}${source.label}${standing}\n${link}`);
    status.textContent = what === "link" ? "已复制链接" : "已复制条文和出处";
  } catch {
    status.textContent = "浏览器不让复制，请手工选取";
  }
}
