// A question as a stream of events: progress, html, answer; or an error that says what to do about it.

export class Trouble extends Error {
  // `kind`: offline, lost, not-ready, busy (come back after `seconds`), gone (the conversation), sign-in, refused.
  constructor(kind, title, detail, seconds = 0) {
    super(detail);
    this.kind = kind;
    this.title = title;
    this.seconds = seconds;
  }
}

export async function* answerEvents(send, body, signal) {
  const response = await begin(send, body, signal);
  let over = false;
  try {
    for await (const event of eventsOf(response.body)) {
      if (event.name === "error") throw new Trouble("again", event.data.title, event.data.detail);
      over ||= event.name === "answer";
      yield event;
    }
  } catch (error) {
    if (error instanceof Trouble || error.name === "AbortError") throw error;
    throw lost();
  }
  if (!over) throw lost();
}

async function begin(send, body, signal) {
  let response;
  try {
    response = await send("/api/chat", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
      body: JSON.stringify({ ...body, stream: true, render: true }),
      signal,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    if (navigator.onLine === false) throw new Trouble("offline", "没有网络", "设备现在没有联网；联网后会自动再发一次，问题不会丢。");
    throw new Trouble("again", "连不上服务", "服务暂时连不上，问题还在；请稍后再试。");
  }
  if (response.ok) return response;
  throw await refusal(response);
}

async function refusal(response) {
  const problem = await response.json().catch(() => ({}));
  const title = problem.title ?? "没有得到回答";
  const detail = problem.detail ?? `服务答复了状态 ${response.status}，没有说明原因；请稍后再试。`;
  const slug = (problem.type ?? "").split(":").pop();
  const seconds = Number(response.headers.get("Retry-After")) || 0;
  if (slug === "not-ready") return new Trouble("not-ready", title, detail);
  if (slug === "unknown-conversation") return new Trouble("gone", title, detail);
  if (response.status === 429) return new Trouble("busy", title, detail, seconds || 5);
  if (response.status === 401) return new Trouble("sign-in", title, detail);
  // 409: somebody asked in this conversation meanwhile; the same question can be asked again.
  return new Trouble(response.status >= 500 || response.status === 409 ? "again" : "refused", title, detail, seconds);
}

function lost() {
  return new Trouble("again", "连接中断", "没有收到完整的回答，问题还在；请检查网络后再试。");
}

async function* eventsOf(body) {
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
      if (fields.event) yield { name: fields.event, data: JSON.parse(fields.data) };
    }
  }
}
