// Who is heard, what the links do, how the node is.
import { $, el, fill, say } from "./dom.js";
import { PRECEDENCES, ago, nameOf, rate } from "./words.js";
import { fact } from "./messages.js";

const OLD = 600; // seconds after which a neighbour is shown as silent

export function draw(s) {
  const linkName = new Map(s.links.map((l) => [l.link, short(l.name)]));
  fill($("neighbours"), s.neighbours.length
    ? s.neighbours.map((n) => neighbour(n, linkName.get(n.link) || `link ${n.link}`))
    : [el("li", { class: "empty" }, "Nobody is heard right now.")]);
  fill($("links"), s.links.length ? s.links.map(link) : [el("li", { class: "empty" }, "No links are configured.")]);
  fill($("node"), [
    fact("State", s.state),
    fact("Name", `${nameOf(s.self)} (number ${s.self.number})`),
    fact("Keeps", `${s.held.bundles} message${s.held.bundles === 1 ? "" : "s"}, ${size(s.held.bytes)}`),
    fact("Clock", clock(s)),
    s.version ? fact("Version", s.version) : null,
  ]);
  fill($("counters"), s.counters.length ? s.counters.map((c) => fact(c.name, String(c.count))) : [el("dd", {}, "nothing yet")]);
  say($("clock"), s.clock.quality !== "unknown" ? ""
    : "This node does not know the time, so that no message expires. Look at another clock and run: blackstart clock confirm");
  say($("alarms"), alarms(s).join(" · "));
  say($("trouble"), s.state === "running" ? "" : `The node does not take messages: ${s.state}. ${s.reason || ""}`);
}

// alarms is what needs a person. Without it the page of a node whose number is used
// elsewhere, or to which nobody listens, looks like any other.
function alarms(s) {
  const own = (s.suspended || []).filter((x) => x.node.number === s.self.number && !x.waiting)
    .map((x) => `This node is SUSPENDED, by ${x.by.map(nameOf).join(", ")}: ${x.reason || "no reason given"}. Nobody takes a message from it`);
  const quiet = (s.quiet || []).map((q) => `RADIO SILENCE: ${q.name ? `nothing is transmitted on ${short(q.name)}` : "no radio of this node transmits"}, FLASH neither, ${
    q.until ? `until ${new Date(q.until).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}` : "until it is switched off"}`);
  return quiet.concat(own, (s.alarms || []).map((a) => (a.detail ? `${a.what}: ${a.detail}` : a.what)));
}

const SOURCES = { "node.yaml": "this machine's clock, as node.yaml vouches", system: "this machine's clock, synchronised", gps: "GPS", station: "a fixed station", operator: "a person here" };

function clock(s) {
  if (s.clock.quality === "unknown") return "not known";
  const seen = s.clock.seen_ago_s > 60 ? `, seen ${ago(s.clock.seen_ago_s)}` : "";
  return `within ${Math.ceil(s.clock_bound_s - 0.01)} s, from ${SOURCES[s.clock.source] || s.clock.source}${seen}`;
}

function neighbour(n, link) {
  const silent = n.heard_ago_s > OLD;
  const lines = [n.hears_you ? hears("Hears you", n.hears_you) : "", n.you_hear ? hears("You hear it", n.you_hear) : ""].filter(Boolean);
  const signal = [n.rssi_dbm === undefined ? "" : `${n.rssi_dbm} dBm`, n.snr_db === undefined ? "" : `SNR ${n.snr_db} dB`].filter(Boolean).join(", ");
  return el("li", { class: silent ? "quiet" : "" },
    el("div", { class: "cardhead" }, el("i", { "aria-hidden": "true", class: "dot" }, silent ? "○" : "●"), el("bdi", {}, nameOf(n.node)),
      silent ? el("span", { class: "right" }, "silent") : ""),
    el("div", { class: "cardbody" }, `heard ${ago(n.heard_ago_s)} · `, el("bdi", {}, link), signal ? ` · ${signal}` : ""),
    lines.map((line) => el("div", { class: "cardbody" }, line)));
}

const HOW = { well: " well", fairly: " fairly", badly: " BADLY", not: " NOT", heard: "" };

// hears is one line on one direction: a radio that is heard is not always one that hears.
function hears(who, h) {
  const parts = [h.loss_pct === undefined ? "" : `${Math.round(h.loss_pct)} % lost`,
    h.margin_db === undefined ? "" : `${h.margin_db} dB to spare`].filter(Boolean).join(", ");
  return `${who}${HOW[h.how] === undefined ? ` ${h.how}` : HOW[h.how]}${parts ? ` (${parts})` : ""}`;
}

function link(l) {
  const waiting = PRECEDENCES.map((p) => [p, l.queued[p] || 0]).filter(([, n]) => n > 0);
  return el("li", { class: l.up ? "" : "down" },
    el("div", { class: "cardhead" }, el("i", { "aria-hidden": "true", class: "dot" }, l.up ? "●" : "✕"), el("bdi", { title: l.name }, short(l.name)),
      el("span", { class: "right" }, l.up ? (l.busy ? "sending" : "up") : "DOWN")),
    l.up
      ? el("div", { class: "cardbody" }, `${rate(l.bits_per_second)} · sent ${size(l.tx_bytes)} in ${l.tx_frames} frames · heard ${l.rx_frames}`)
      : el("div", { class: "cardbody reason" }, el("bdi", {}, l.down || "not opened yet")),
    l.air ? el("div", { class: l.air.refused || l.air.reached ? "cardbody reason" : "cardbody" }, airtime(l.air)) : "",
    el("div", { class: "queue" }, waiting.length
      ? ["Waiting: ", waiting.map(([p, n]) => el("span", { class: `badge small p-${p}` }, `${n} ${p}`))]
      : "Nothing waiting"));
}

// airtime says what the law leaves of a radio's time, and until when it leaves nothing.
function airtime(a) {
  if (a.refused) return `Sends nothing: ${a.refused}`;
  const used = `${a.rule} · used ${a.used_s.toFixed(1)} s in ${a.window_s === 3600 ? "an hour" : `${a.window_s} s`}`;
  if (!a.limit_s) return used;
  const until = (t) => (t ? ` until ${new Date(t).toLocaleTimeString()}` : "");
  if (a.flash_too) return `${used} · LIMIT REACHED: all waits${until(a.flash_until)} but a FLASH that is short enough`;
  if (a.urgent_too) return `${used} · LIMIT REACHED: all but FLASH waits${until(a.urgent_until)}`;
  if (a.reached) return `${used} · LIMIT REACHED: ROUTINE and PRIORITY wait${until(a.until)}`;
  return `${used}, left ${a.left_s.toFixed(1)} s`;
}

// short leaves out what a person at the screen does not need of a link's URL.
function short(name) {
  return name.split("?")[0].replace("kiss+tcp://", "KISS ").replace("kiss:///dev/", "KISS ").replace("ip://", "IP ").replace(/\/$/, "") || "link";
}

function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
