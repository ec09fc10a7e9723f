// Orders in the list: whether one may act, who read back, and the buttons for it.
import { el } from "./dom.js";
import { post, get } from "./net.js";
import { now } from "./time.js";
import { nameOf, personOf, timeOf } from "./words.js";

let onNews = () => {};
export function setup(news) { onNews = news; }

const LONGEST = 2 ** 31 - 1; // milliseconds that a timer can wait: 24 days
const timers = new Map(); // number -> the timer after which an order is to be looked at again
const written = new Map(); // number -> the read-back that is being written

// mayAct says whether an order can be acted on at this moment. The node said until
// when, by its own clock.
export const mayAct = (m) => m.order.state === "valid" && Date.parse(m.order.act_until) > now();

// inTime says so of an own order.
const inTime = (m) => m.order.state !== "late" && Date.parse(m.order.valid_until) > now();

// blind says that the sender's clock may be so wrong that who reads is told not to act.
const blind = (m) => m.order.clock_error_s < 0 || m.order.clock_error_s * 1000 >= Date.parse(m.order.valid_until) - Date.parse(m.created);

// title says in capitals what an order is worth, with a class.
function title(m) {
  const o = m.order;
  if (o.state === "cancelled") return { kind: "dead", text: "ORDER CANCELLED · DO NOT ACT" };
  if (m.outgoing && blind(m)) return { kind: "dead", text: "ORDER · its readers are told DO NOT ACT" };
  if (m.outgoing) return inTime(m) ? { kind: "live", text: "ORDER" } : { kind: "dead", text: "ORDER · time is over" };
  if (mayAct(m)) return { kind: "live", text: "ORDER" };
  if (o.state === "age unknown") return { kind: "dead", text: "DO NOT ACT · CONFIRM — nobody knows how old this order is" };
  return { kind: "dead", text: "DO NOT ACT · CONFIRM — this order is too late" };
}

// head stands above the text of an order.
export function head(m) {
  lookAgain(m);
  const o = m.order;
  const t = title(m);
  const by = o.person ? `${personOf(o.person)}, at ${nameOf(m.from)}` : `${nameOf(m.from)}, the device alone`;
  const until = m.outgoing ? `valid until ${timeOf(o.valid_until)}` : mayAct(m) ? `act until ${timeOf(o.act_until)}` : `was valid until ${timeOf(o.valid_until)}`;
  return el("div", { class: `order ${t.kind}` }, el("strong", {}, t.text), el("span", {}, el("bdi", {}, by), ` · ${until}`));
}

// foot stands below it: what was answered, and what can be.
export function foot(m) {
  const o = m.order;
  const parts = [];
  if (o.cancelled) {
    const by = o.cancelled.person ? `${personOf(o.cancelled.person)}, at ${nameOf(o.cancelled.by)}` : nameOf(o.cancelled.by);
    parts.push(el("p", { class: "late" }, `Cancelled by ${by} ${timeOf(o.cancelled.at)}`, o.cancelled.reason ? [": ", el("bdi", {}, o.cancelled.reason)] : null));
  }
  for (const a of o.answers) parts.push(answer(m, a));
  if (m.outgoing && !o.cancelled && blind(m)) {
    parts.push(el("p", { class: "late" }, "This node does not know the time well enough: who reads the order is told not to act on it."));
  }
  if (m.outgoing && !o.cancelled) {
    parts.push(el("div", { class: "do" }, button("Cancel this order", "bad", () => post("/v1/orders", { act: "cancel", id: m.id }))));
  } else if (!m.outgoing && mayAct(m) && !o.answers.length) parts.push(readback(m));
  return el("div", { class: "answers" }, parts);
}

function answer(m, a) {
  const who = a.person ? `${personOf(a.person)}, at ${nameOf(a.node)}` : nameOf(a.node);
  const line = el("p", {}, el("strong", {}, m.outgoing ? `Read back by ${who}` : "You read it back"), ` ${timeOf(a.at)}`,
    a.text ? [": ", el("bdi", {}, a.text)] : ", word for word", " ",
    el("span", { class: a.confirmed ? "sure" : "unsure" }, a.confirmed ? "✓ confirmed" : "not confirmed yet"));
  if (!m.outgoing || a.confirmed || m.order.cancelled) return line;
  return el("div", { class: "do" }, line, button("That is right", "primary", () => post("/v1/orders", { act: "confirm", id: m.id, to: String(a.node.number) })));
}

function readback(m) {
  const text = el("textarea", { rows: "1", maxlength: "250", "aria-label": "What you will do", placeholder: "What you will do (may be left empty)", dir: "auto" });
  text.value = written.get(m.number) || "";
  text.addEventListener("input", () => written.set(m.number, text.value));
  return el("div", { class: "do" }, text, button("Read back", "primary", async () => {
    await post("/v1/orders", { act: "readback", id: m.id, text: text.value.trim().replace(/\s+/g, " ") });
    written.delete(m.number);
  }));
}

// button does something once, and says why if it was refused.
function button(label, kind, act) {
  const b = el("button", { type: "button", class: kind }, label);
  const wrong = el("p", { class: "wrong", role: "alert" });
  wrong.hidden = true;
  b.addEventListener("click", async () => {
    b.disabled = true;
    try {
      await act();
    } catch (e) {
      wrong.hidden = false;
      wrong.textContent = e.status ? `Not done: ${e.message}. ${e.hint}` : "The node did not answer.";
      b.disabled = false;
    }
  });
  return [b, wrong];
}

// lookAgain draws an order anew when its time is over.
function lookAgain(m) {
  clearTimeout(timers.get(m.number));
  timers.delete(m.number);
  if (m.order.cancelled || !(m.outgoing ? inTime(m) : mayAct(m))) return;
  const wait = Date.parse(m.outgoing ? m.order.valid_until : m.order.act_until) - now() + 200;
  timers.set(m.number, setTimeout(() => { get(`/v1/messages/${m.number}`).then(onNews, () => {}); }, Math.min(wait, LONGEST)));
}
