// Talking to the node. The token comes in the fragment of the page's address,
// which is never sent anywhere, and is kept for this tab only.

const KEY = "blackstart-token";

export function takeToken() {
  const given = tokenIn(location.hash);
  if (given) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(KEY);
}

// tokenIn finds a token in an address or in what was pasted.
export function tokenIn(text) {
  const m = /(?:token=|^)([0-9a-f]{32,})\s*$/i.exec(text.trim());
  return m ? m[1] : "";
}

export function keepToken(token) {
  sessionStorage.setItem(KEY, token);
}

// Refused is an answer of the node that is not a success.
export class Refused extends Error {
  constructor(status, what, hint) {
    super(what);
    this.status = status;
    this.hint = hint || "";
  }
}

async function request(path, options = {}) {
  const headers = { Authorization: `Bearer ${sessionStorage.getItem(KEY) || ""}` };
  if (options.body) headers["Content-Type"] = "application/json";
  const r = await fetch(path, { ...options, headers, cache: "no-store", credentials: "omit", redirect: "error" });
  if (r.ok) return r;
  const body = await r.json().catch(() => ({}));
  const e = body.error || {};
  throw new Refused(r.status, e.what || `the node answered ${r.status}`, e.hint);
}

export const get = async (path) => (await request(path)).json();
export const post = async (path, body) => (await request(path, { method: "POST", body: JSON.stringify(body) })).json();

const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (two) => parseInt(two, 16));

// prove has the node show that it knows the token before it is sent: while the
// node is down, any account of this machine may listen on its port.
export async function prove() {
  const nonce = hex(crypto.getRandomValues(new Uint8Array(16)));
  const r = await fetch(`/v1/hello?nonce=${nonce}`, { cache: "no-store", credentials: "omit", redirect: "error" });
  if (!r.ok) throw new Error(`the node answered ${r.status}`);
  const { proof } = await r.json();
  const text = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", text.encode(sessionStorage.getItem(KEY) || ""),
    { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  const said = text.encode(`blackstart api hello v1\0${location.port || "80"}\0${nonce}`);
  if (!(await crypto.subtle.verify("HMAC", key, unhex(String(proof)), said))) {
    throw new Refused(401, "what answers here does not know the token");
  }
}

const SILENCE = 15000; // the node speaks every five seconds

// events follows the node's event stream from a position on, until it breaks
// or falls silent; then it throws. (EventSource cannot send the token.)
export async function events(after, handle, opened) {
  const stop = new AbortController();
  let timer = setTimeout(() => stop.abort(), SILENCE);
  try {
    const r = await request(`/v1/events?after=${after}`, { signal: stop.signal });
    opened();
    const reader = r.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) throw new Error("the stream ended");
      clearTimeout(timer);
      timer = setTimeout(() => stop.abort(), SILENCE);
      const parts = (rest + value).split("\n\n");
      rest = parts.pop();
      for (const part of parts) dispatch(part, handle);
    }
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}

function dispatch(part, handle) {
  let name = "";
  let data = "";
  for (const line of part.split("\n")) {
    if (line.startsWith("event: ")) name = line.slice(7);
    else if (line.startsWith("data: ")) data = line.slice(6);
  }
  if (name) handle(name, JSON.parse(data));
}
