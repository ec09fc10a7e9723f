// What is known, in words that say no more than is known.
import { now } from "./time.js";

export const PRECEDENCES = ["FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE"];

export function nameOf(party) {
  return party.name || (party.group ? `group ${party.group}` : `node ${party.number || party.node}`);
}

// personOf names a person who works on a device.
export function personOf(p) {
  return `${p.name || `person ${p.number}`}${p.role ? ` (${p.role})` : ""}`;
}

function names(parties, most = 4) {
  const all = parties.map(nameOf);
  if (all.length <= most) return all.join(", ");
  return `${all.slice(0, most).join(", ")} and ${all.length - most} more`;
}

// stateOf says how far an own message has come: a mark that can be told apart
// without colour, a class, and words.
export function stateOf(m, linksUp) {
  const to = m.delivered.length ? `delivered to ${names(m.delivered)}` : "";
  const count = m.expected > 1 ? ` (${m.delivered.length} of ${m.expected})` : "";
  switch (m.state) {
    case "delivered":
      return { mark: "✓✓", kind: "good", text: m.expected > 1 && m.delivered.length >= m.expected ? `Delivered to all ${m.expected}: ${names(m.delivered)}` : `Delivered to ${names(m.delivered) || nameOf(m.to)}${count}` };
    case "expired":
      return { mark: "✕", kind: "bad", text: to ? `Expired; ${to}${count}` : "Expired before delivery was proven" };
    case "held":
      return { mark: "✓", kind: "", text: to ? `${capital(to)}${count}; held by ${names(m.held)}` : `Held by ${names(m.held)}, on its way` };
    case "on air":
      return { mark: "↗", kind: "", text: to ? `${capital(to)}${count}` : "On air; nobody has taken it yet" };
    case "queued":
      return { mark: "…", kind: "", text: linksUp ? "Queued; waiting for its turn" : "Queued; no link is up" };
  }
  return { mark: "?", kind: "", text: m.state };
}

// proofOf says who can have written an incoming message.
export function proofOf(m) {
  switch (m.proof) {
    case "proven":
      return { mark: "◆", text: "Signed by its sender", kind: "good" };
    case "contradicted":
      return { mark: "✕", text: "NOT from this sender: what it signed says otherwise", kind: "bad" };
    case "pair":
      return { mark: "◆", text: "From this node, by the key you share", kind: "good" };
    case "member":
      return { mark: "◇", text: "From a member of the group; sender not proven", kind: "" };
  }
  return { mark: "?", text: "Not proven", kind: "bad" };
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayAndClock = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });

export function timeOf(iso) {
  const t = new Date(iso);
  return t.toDateString() === new Date(now()).toDateString() ? clock.format(t) : dayAndClock.format(t);
}

export const wholeTime = (iso) => whole.format(new Date(iso));

export function ago(seconds) {
  if (seconds < 2) return "now";
  if (seconds < 100) return `${Math.round(seconds)} s ago`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86400)} days ago`;
}

export function rate(bits) {
  if (bits >= 1e6) return `${+(bits / 1e6).toFixed(1)} Mbit/s`;
  if (bits >= 1e4) return `${+(bits / 1e3).toFixed(1)} kbit/s`;
  return `${bits} bit/s`;
}

// Bytes that a message takes besides its text: the frame's and the bundle's
// headers with their tags, and the sender's signature where one is carried.
const HEADERS = 28;
const SIGNATURE = 64;
const FRAME = 20;

// airtime estimates the seconds that a text takes on a link, in one hop.
export function airtime(text, signed, link) {
  const bytes = new TextEncoder().encode(text).length + HEADERS + (signed ? SIGNATURE : 0);
  const frames = bytes <= link.mtu ? 1 : Math.ceil(bytes / Math.max(1, link.mtu - FRAME));
  const total = bytes + (frames - 1) * FRAME;
  return (total * 8) / Math.max(1, link.bits_per_second) + (frames * link.overhead_ms) / 1000;
}

export function duration(seconds) {
  if (seconds < 1) return "less than 1 s";
  if (seconds < 10) return `about ${+seconds.toFixed(1)} s`;
  if (seconds < 100) return `about ${Math.round(seconds)} s`;
  return `about ${Math.round(seconds / 60)} min`;
}

export const capital = (s) => s.charAt(0).toUpperCase() + s.slice(1);
