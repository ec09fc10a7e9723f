// The strip for FLASH messages, and orders on which one may act, that nobody at this
// screen has acknowledged.
// Acknowledging is local: it tells the sender nothing, and the strip says so.
import { $, el, fill } from "./dom.js";
import { nameOf, timeOf } from "./words.js";
import { MARKS, badge, show } from "./messages.js";
import { mayAct } from "./orders.js";

const KEEP = 200; // acknowledged numbers that are remembered

let key = "";
let acknowledged = [];
const waiting = new Map(); // number -> message

export function setup(self) {
  key = `blackstart-acknowledged-${self}`;
  try {
    acknowledged = JSON.parse(localStorage.getItem(key)) || [];
  } catch {
    acknowledged = [];
  }
}

export function consider(m) {
  const order = m.order && mayAct(m) && !m.order.answers.length;
  if (m.order && !order && waiting.delete(m.number)) draw(); // answered, cancelled or over
  if (m.outgoing || (m.order ? !order : m.precedence !== "FLASH") || acknowledged.includes(m.number)) return;
  waiting.set(m.number, m);
  draw();
}

function acknowledge(m) {
  waiting.delete(m.number);
  acknowledged = [...acknowledged, m.number].slice(-KEEP);
  localStorage.setItem(key, JSON.stringify(acknowledged));
  draw();
}

function draw() {
  const strip = $("attention");
  const all = [...waiting.values()].sort((a, b) => a.number - b.number);
  strip.hidden = all.length === 0;
  if (!all.length) return;
  const m = all[0];
  fill(strip, [
    m.order ? el("span", { class: "badge p-FLASH" }, el("i", { "aria-hidden": "true" }, MARKS.IMMEDIATE), "ORDER") : badge("FLASH"),
    el("div", { class: "what" },
      el("strong", {}, el("bdi", {}, nameOf(m.from)), ` ${timeOf(m.created)}`, all.length > 1 ? ` (1 of ${all.length})` : ""),
      el("p", { dir: "auto" }, m.text)),
    el("div", { class: "do" },
      el("button", { type: "button", onclick: () => { document.body.dataset.view = "messages"; show(m.number); } }, "Show"),
      el("button", { type: "button", class: "ack", title: "Clears this strip; the sender is not told", onclick: () => acknowledge(m) }, m.order ? "Seen here" : "Acknowledge here")),
  ]);
}
