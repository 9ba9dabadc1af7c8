// Requests that change something carry the page's token against forged ones. A page that has grown old (signed in anew in
// another tab) fetches itself once for a fresh token.

const meta = document.querySelector("meta[name=csrf-token]");

export async function send(url, options = {}) {
  const response = await attempt(url, options);
  const old = response.status === 403 && response.headers.get("X-Refused") === "forgery-token";
  return old && (await renew()) ? attempt(url, options) : response;
}

function attempt(url, options) {
  return fetch(url, { ...options, headers: { ...options.headers, "X-CSRF-Token": meta.content } });
}

async function renew() {
  const response = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("meta[name=csrf-token]")?.content;
  if (!response.ok || response.redirected || !fresh) return false;
  meta.content = fresh;
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = fresh;
  return true;
}
