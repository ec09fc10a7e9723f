// The list of messages, in the order of this node's record.
import { $, el, fill } from "./dom.js";
import * as orders from "./orders.js";
import { PRECEDENCES, nameOf, proofOf, stateOf, timeOf, wholeTime } from "./words.js";

const MOST = 600; // shown at once; older ones are read again on demand
const LATE = 120000; // milliseconds between sending and arrival worth telling

const shown = new Map(); // number -> { message, item }
const open = new Set(); // numbers whose details are open
let linksUp = true;
let onReply = () => {};
let lastRead = 0;
let readKey = "";

export const MARKS = { FLASH: "⚡", IMMEDIATE: "▲", PRIORITY: "●", ROUTINE: "" };

export function badge(precedence) {
  const known = PRECEDENCES.includes(precedence) ? precedence : "ROUTINE";
  return el("span", { class: `badge p-${known}` }, MARKS[known] ? el("i", { "aria-hidden": "true" }, MARKS[known]) : "", precedence);
}

export function setup(self, reply) {
  onReply = reply;
  readKey = `blackstart-read-${self}`;
  lastRead = Number(localStorage.getItem(readKey)) || 0;
  $("jump").addEventListener("click", () => { toEnd(); markRead(); });
  $("scroll").addEventListener("scroll", () => { if (atEnd()) readSoon(); }, { passive: true });
  // When the box shrinks (a strip or a banner appears), the end stays in view.
  let was = atEnd();
  $("scroll").addEventListener("scroll", () => { was = atEnd(); }, { passive: true });
  new ResizeObserver(() => { if (was) toEnd(); }).observe($("scroll"));
  document.addEventListener("visibilitychange", () => { if (!document.hidden && atEnd()) readSoon(); });
}

export const highest = () => Math.max(0, ...shown.keys());
export const lowest = () => (shown.size ? Math.min(...shown.keys()) : 0);
export const all = () => [...shown.values()].map((s) => s.message);

// A message's state only climbs. What arrives in another order (the answer to
// sending, after the event that followed it) must not turn it back.
const CLIMB = ["queued", "on air", "held", "received", "delivered", "expired"];
const rank = (m) => [CLIMB.indexOf(m.state), m.delivered.length, m.held.length];

function older(m, than) {
  const [a, b] = [rank(m), rank(than)];
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] < b[i];
  return false;
}

// put shows a message, or its new state, at its place.
export function put(m) {
  const old = shown.get(m.number);
  if (old && older(m, old.message)) return;
  const stay = atEnd();
  const item = render(m);
  shown.set(m.number, { message: m, item });
  if (old) {
    old.item.replaceWith(item);
  } else {
    insert(item, m.number);
    if (stay || m.outgoing) toEnd();
    trim();
  }
  refresh();
  if (stay && !document.hidden) readSoon();
}

// prepend shows older messages without moving what one is looking at.
export function prepend(messages) {
  const box = $("scroll");
  const below = box.scrollHeight - box.scrollTop;
  for (const m of messages) {
    if (shown.has(m.number)) continue;
    const item = render(m);
    shown.set(m.number, { message: m, item });
    insert(item, m.number);
  }
  box.scrollTop = box.scrollHeight - below;
  refresh();
}

export function setLinksUp(up) {
  if (up === linksUp) return;
  linksUp = up;
  for (const { message } of shown.values()) if (message.state === "queued") put(message);
}

// redraw shows orders by the time that the node goes by now.
export function redraw() {
  for (const { message } of [...shown.values()]) if (message.order) put(message);
}

function insert(item, number) {
  const list = $("list");
  let before = null;
  for (let e = list.lastElementChild; e && Number(e.dataset.number) > number; e = e.previousElementSibling) before = e;
  list.insertBefore(item, before);
}

function trim() {
  while (shown.size > MOST) {
    const n = lowest();
    shown.get(n).item.remove();
    shown.delete(n);
    $("older").hidden = false;
  }
}

function render(m) {
  const state = m.outgoing ? stateOf(m, linksUp) : proofOf(m);
  const late = !m.outgoing && new Date(m.recorded) - new Date(m.created) > LATE;
  const p = PRECEDENCES.includes(m.precedence) ? m.precedence : "ROUTINE";
  const item = el("li", { class: `message ${m.outgoing ? "out" : "in"} b-${p}`, "data-number": m.number, "data-state": m.state, tabindex: "-1" },
    el("div", { class: "head" },
      badge(m.precedence),
      el("span", { class: "who" },
        el("bdi", { class: "from" }, m.outgoing ? "You" : nameOf(m.from)),
        el("span", { class: "arrow", "aria-label": "to" }, " → "),
        el("bdi", {}, m.role ? `${m.role} (${nameOf(m.to)})` : nameOf(m.to))),
      el("time", { datetime: m.created, title: wholeTime(m.created) }, timeOf(m.created))),
    m.order ? orders.head(m) : m.kind ? el("p", { class: "kind" }, el("strong", {}, m.kind.toUpperCase())) : null, // or a text could pass for one
    el("p", { class: "body", dir: "auto" }, m.text),
    m.sent_for ? el("p", { class: "note" }, `Sent on; it was for ${nameOf(m.sent_for.to)}`) : null,
    m.sent_on ? el("p", { class: "note" }, "Sent on to who has the duty now") : null,
    m.order ? orders.foot(m) : null,
    late && !m.order ? el("p", { class: "late" }, `Arrived late: sent ${timeOf(m.created)}, received ${timeOf(m.recorded)}`) : null,
    el("div", { class: "foot" },
      el("span", { class: `state ${state.kind}` }, el("i", { "aria-hidden": "true" }, state.mark), " ", state.text),
      m.outgoing ? null : el("button", { type: "button", class: "plain", onclick: () => onReply(m) }, "Reply"),
      details(m)));
  return item;
}

function details(m) {
  const d = el("details", { open: open.has(m.number) },
    el("summary", {}, "Details"),
    el("dl", { class: "facts small" },
      fact("Sent", `${wholeTime(m.created)} (sender's clock)`),
      fact(m.outgoing ? "Accepted here" : "Received", wholeTime(m.recorded)),
      fact("Valid until", wholeTime(m.expires)),
      m.held.length ? fact("Held by", m.held.map(nameOf).join(", ")) : null,
      m.delivered.length ? fact("Delivered to", m.delivered.map(nameOf).join(", ")) : null,
      fact("Id", m.id)));
  d.addEventListener("toggle", () => (d.open ? open.add(m.number) : open.delete(m.number)));
  return d;
}

export const fact = (k, v) => [el("dt", {}, k), el("dd", {}, el("bdi", {}, v))];

// show scrolls to a message and marks it for a moment.
export function show(number) {
  const s = shown.get(number);
  if (!s) return;
  s.item.scrollIntoView({ block: "center" });
  s.item.focus({ preventScroll: true });
}

function atEnd() {
  const box = $("scroll");
  return box.scrollHeight - box.scrollTop - box.clientHeight < 60;
}

export function toEnd() {
  const box = $("scroll");
  box.scrollTop = box.scrollHeight;
}

// Reading: what was on the screen, at the end of the list, with the page in
// front, counts as read a moment later.
let timer = 0;
function readSoon() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (!document.hidden && atEnd() && $("scroll").clientHeight > 0) markRead();
  }, 2500);
}

function markRead() {
  lastRead = Math.max(lastRead, highest());
  localStorage.setItem(readKey, String(lastRead));
  refresh();
}

export const unread = () => all().filter((m) => !m.outgoing && m.number > lastRead).length;

let onUnread = () => {};
export function whenUnread(f) { onUnread = f; }

function refresh() {
  let first = true;
  for (const item of $("list").children) {
    const m = shown.get(Number(item.dataset.number))?.message;
    const isNew = m && !m.outgoing && m.number > lastRead;
    item.classList.toggle("unread", !!isNew);
    item.classList.toggle("firstunread", !!isNew && first);
    if (isNew) first = false;
  }
  const n = unread();
  $("empty").hidden = shown.size > 0;
  const jump = $("jump");
  jump.hidden = n === 0 || atEnd();
  fill(jump, [`${n} new `, el("span", { "aria-hidden": "true" }, "↓")]);
  onUnread(n);
}
