// What opens beside the conversation: the clause of a citation, and on a narrow screen the facts.

const log = document.getElementById("log");
const reader = document.getElementById("reader");
const readerBody = document.getElementById("reader-body");
const side = document.getElementById("side");
const sideOpen = document.getElementById("side-open");
const sideClose = document.getElementById("side-close");
const narrow = matchMedia("(max-width: 63.99rem)");

let opener = null; // the element that opened the clause

log.addEventListener("click", (event) => {
  const link = event.target.closest("a.marker");
  const citation = link && document.getElementById(link.hash.slice(1));
  if (!citation) return;
  event.preventDefault();
  openClause(citation, link);
});

function openClause(citation, from) {
  opener = from;
  closeSide();
  readerBody.replaceChildren(citation.querySelector(".citation-body").cloneNode(true));
  reader.hidden = false;
  document.body.classList.add("reading");
  for (const link of log.querySelectorAll("a.marker.open")) link.classList.remove("open");
  from.classList.add("open");
  reader.focus({ preventScroll: true });
  const mark = readerBody.querySelector("mark");
  if (mark) readerBody.scrollTop = Math.max(0, mark.offsetTop - readerBody.offsetTop - readerBody.clientHeight / 3);
}

export function closeClause() {
  if (reader.hidden) return;
  reader.hidden = true;
  document.body.classList.remove("reading");
  opener?.classList.remove("open");
  opener?.focus({ preventScroll: true });
}
document.getElementById("reader-close").addEventListener("click", closeClause);

export function closeSide() {
  if (!side.classList.contains("open")) return;
  side.classList.remove("open");
  sideOpen.setAttribute("aria-expanded", "false");
  sideOpen.focus({ preventScroll: true });
}

document.documentElement.classList.add("scripted");
sideOpen.setAttribute("role", "button");
sideOpen.setAttribute("aria-expanded", "false");
sideClose.hidden = false;
sideOpen.addEventListener("click", (event) => {
  if (!narrow.matches) return;
  event.preventDefault();
  if (side.classList.contains("open")) return closeSide();
  closeClause();
  side.classList.add("open");
  sideOpen.setAttribute("aria-expanded", "true");
  side.focus({ preventScroll: true });
});
sideOpen.addEventListener("keydown", (event) => {
  if (event.key !== " ") return;
  event.preventDefault();
  sideOpen.click();
});
sideClose.addEventListener("click", closeSide);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  closeClause();
  closeSide();
});
