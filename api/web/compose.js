// Writing a message. FLASH takes a second, deliberate tap.
import { $, el, fill, say } from "./dom.js";
import { post } from "./net.js";
import { airtime, duration, rate } from "./words.js";

const DRAFT = "blackstart-draft";
let roster = { self: {}, nodes: [], groups: [] };
let links = null; // not known yet
let sending = false;
let brings = []; // rights of who is on shift
let onSent = () => {};

export function setup(sent) {
  onSent = sent;
  $("text").value = sessionStorage.getItem(DRAFT) || "";
  $("text").addEventListener("input", () => {
    sessionStorage.setItem(DRAFT, $("text").value);
    say($("composed"), "");
    estimate();
  });
  $("text").addEventListener("keydown", (e) => {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      $("compose").requestSubmit();
    }
  });
  $("compose").addEventListener("change", () => { closeConfirm(); estimate(); });
  $("compose").addEventListener("submit", (e) => {
    e.preventDefault();
    if (ready()) precedence() === "FLASH" ? openConfirm() : send();
  });
  $("isorder").addEventListener("change", () => {
    $("validlabel").hidden = !$("isorder").checked;
    if ($("isorder").checked && ["ROUTINE", "PRIORITY"].includes(precedence())) choose("IMMEDIATE");
    estimate();
  });
  $("confirmno").addEventListener("click", () => { closeConfirm(); $("text").focus(); });
  $("confirmyes").addEventListener("click", () => { if (ready()) send(); });
  $("confirm").addEventListener("keydown", (e) => { if (e.key === "Escape") $("confirmno").click(); });
  estimate();
}

const precedence = () => new FormData($("compose")).get("precedence");

function choose(value) {
  $("compose").elements.precedence.value = value;
}

export function setRoster(r) {
  roster = r;
  const to = $("to");
  const before = to.value;
  fill(to, [
    el("optgroup", { label: "Groups" }, r.groups.map((g) => el("option", { value: `group:${g.name}` }, `${g.name} (${g.members})`))),
    r.duties.length ? el("optgroup", { label: "Duties" }, r.duties.map((d) => el("option", { value: `role:${d.role}` },
      `${d.role} (${d.nodes.map((n) => n.name).join(", ")})`))) : "",
    el("optgroup", { label: "Nodes" }, r.nodes.filter((n) => n.number !== r.self.number)
      .map((n) => el("option", { value: `node:${n.number}` }, n.name))),
  ]);
  if ([...to.options].some((o) => o.value === before)) to.value = before;
  rights();
  estimate();
}

// setShift takes what the person on shift may do.
export function setShift(s) {
  const now = s ? s.rights : [];
  if (now.join() === brings.join()) return;
  brings = now;
  rights();
}

function rights() {
  const own = roster.nodes.find((n) => n.number === roster.self.number)?.flash ?? false;
  const may = own || brings.includes("flash");
  const flash = document.querySelector('input[value="FLASH"]');
  flash.disabled = !may;
  flash.parentElement.title = may ? "" : "Neither this node nor who is on shift has the right to send FLASH";
}

export function setLinks(all) {
  links = all;
  estimate();
}

export function replyTo(m) {
  document.body.dataset.view = "write";
  $("to").value = m.to.group ? `group:${m.to.name}` : `node:${m.from.number}`;
  estimate();
  $("text").focus();
}

// slowest is the link in use on which a message takes longest.
function slowest() {
  return (links || []).filter((l) => l.up && l.bits_per_second > 0).sort((a, b) => a.bits_per_second - b.bits_per_second)[0];
}

function estimate() {
  const text = $("text").value;
  const n = [...text].length;
  const link = slowest();
  const parts = [`${n} character${n === 1 ? "" : "s"}`];
  if (links && !link) parts.push("no link is up: it will wait here");
  else if (link && n) {
    const signed = $("isorder").checked || $("to").value.startsWith("group:") || precedence() === "FLASH";
    parts.push(`${duration(airtime(text, signed, link))} on the slowest link (${rate(link.bits_per_second)})`);
  }
  say($("estimate"), parts.join(" · "));
  $("send").textContent = precedence() === "FLASH" ? "Send FLASH…" : $("isorder").checked ? "Send order" : "Send";
  $("send").classList.toggle("flash", precedence() === "FLASH");
}

function ready() {
  if (sending) return false;
  if (!$("text").value.trim()) {
    told("Write a message first.", true);
    $("text").focus();
    return false;
  }
  return true;
}

function openConfirm() {
  const to = $("to").selectedOptions[0]?.textContent || "";
  fill($("confirmwhat"), [el("strong", {}, "Send as FLASH"), " to ", el("bdi", {}, to), "? It overtakes everything else on every radio on its way."]);
  $("confirm").hidden = false;
  $("send").hidden = true;
  // Not the button that sends: a second press of Enter must not be enough.
  $("confirmno").focus();
}

function closeConfirm() {
  $("confirm").hidden = true;
  $("send").hidden = false;
}

function told(text, bad) {
  say($("composed"), text);
  $("composed").classList.toggle("wrong", bad);
}

async function send() {
  sending = true;
  $("send").disabled = $("confirmyes").disabled = true;
  try {
    const what = { to: $("to").value, precedence: precedence(), text: $("text").value };
    const m = await ($("isorder").checked ? post("/v1/orders", { act: "order", valid: $("valid").value, ...what }) : post("/v1/messages", what));
    $("isorder").checked = false;
    $("validlabel").hidden = true;
    $("text").value = "";
    sessionStorage.removeItem(DRAFT);
    choose("ROUTINE");
    told("Accepted: safe on this node.", false);
    onSent(m);
  } catch (e) {
    if (e.status) told(`Not sent: ${e.message}. ${e.hint}`, true);
    else told("The node did not answer. Look at the list before you send this again.", true);
  } finally {
    sending = false;
    $("send").disabled = $("confirmyes").disabled = false;
    closeConfirm();
    estimate();
    $("text").focus();
  }
}
