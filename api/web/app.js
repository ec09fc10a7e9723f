// The page: reads the record, follows the node, puts the parts together.
import { $, say } from "./dom.js";
import { Refused, events, get, keepToken, prove, takeToken, tokenIn } from "./net.js";
import * as attention from "./attention.js";
import * as compose from "./compose.js";
import * as messages from "./messages.js";
import * as network from "./network.js";
import * as orders from "./orders.js";
import * as shift from "./shift.js";
import { follow } from "./time.js";
import { nameOf } from "./words.js";

const PAGE = 100;
const RETRY = [500, 1000, 2000, 4000, 8000];
let name = "";
let lostSince = 0;

function look(view) {
  document.body.dataset.view = view;
  for (const b of document.querySelectorAll(".tabs button")) b.toggleAttribute("aria-current", b.dataset.show === view);
  if (view === "messages") messages.toEnd();
}

function title(unread) {
  document.title = `${unread ? `(${unread}) ` : ""}${name ? `${name} · ` : ""}Blackstart`;
  $("tabcount").hidden = !unread;
  $("tabcount").textContent = unread ? String(unread) : "";
}

function take(m) {
  messages.put(m);
  attention.consider(m);
}

function handle(kind, data) {
  switch (kind) {
    case "message":
    case "update":
      take(data);
      break;
    case "status":
      followTime(data.time);
      network.draw(data);
      shift.draw(data);
      compose.setShift(data.shift);
      compose.setLinks(data.links);
      messages.setLinksUp(data.links.some((l) => l.up));
      break;
    case "missed":
      reread().catch(() => {});
      break;
  }
}

// followTime draws what hangs on the time anew when the node goes by another one.
function followTime(time) {
  if (!follow(time)) return;
  messages.redraw();
  for (const m of messages.all()) if (m.order) attention.consider(m);
}

// reread brings the newest messages up to date: their states may have changed
// while nobody listened.
async function reread() {
  const page = await get(`/v1/messages?before=0&limit=${PAGE}`);
  for (const m of page.messages) take(m);
  if (page.more && messages.lowest() >= page.position) $("older").hidden = false;
  return page;
}

async function older() {
  const page = await get(`/v1/messages?before=${messages.lowest()}&limit=${PAGE}`);
  messages.prepend(page.messages);
  for (const m of page.messages) attention.consider(m);
  $("older").hidden = !page.more;
}

async function begin() {
  const roster = await get("/v1/roster");
  name = nameOf(roster.self);
  $("self").textContent = name;
  messages.setup(roster.self.number, compose.replyTo);
  attention.setup(roster.self.number);
  messages.whenUnread(title);
  title(0);
  compose.setRoster(roster);
  followTime((await get("/v1/status")).time);
  await reread();
  messages.toEnd();
}

function connected() {
  lostSince = 0;
  say($("lost"), "");
  $("connection").textContent = "connected";
  $("connection").className = "chip good";
}

function lost() {
  if (!lostSince) lostSince = Date.now();
  const s = Math.round((Date.now() - lostSince) / 1000);
  say($("lost"), `Connection to the node lost${s > 5 ? ` ${s} s ago` : ""}. What you see may be out of date. Trying again…`);
  $("connection").textContent = "connection lost";
  $("connection").className = "chip bad";
}

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

// run follows the node for ever, through losses of the connection.
async function run() {
  let begun = false;
  for (let tries = 0; ; tries++) {
    try {
      await prove();
      if (!begun) await begin();
      else {
        compose.setRoster(await get("/v1/roster"));
        await reread();
      }
      begun = true;
      await events(messages.highest(), handle, () => { tries = 0; connected(); });
    } catch (e) {
      if (e instanceof Refused && e.status === 401) {
        askForToken(true);
        return;
      }
      lost();
    }
    await pause(RETRY[Math.min(tries, RETRY.length - 1)]);
  }
}

function askForToken(wrong) {
  $("keywrong").hidden = !wrong;
  $("connection").textContent = "no token";
  $("connection").className = "chip bad";
  if (!$("key").open) $("key").showModal();
}

function start() {
  for (const b of document.querySelectorAll(".tabs button")) b.addEventListener("click", () => look(b.dataset.show));
  $("older").addEventListener("click", () => older().catch(lost));
  $("key").addEventListener("cancel", (e) => e.preventDefault());
  $("keyform").addEventListener("submit", (e) => {
    const token = tokenIn($("keytext").value);
    if (!token) {
      e.preventDefault();
      $("keywrong").hidden = false;
      return;
    }
    keepToken(token); // the dialog closes by itself
    run();
  });
  orders.setup(take);
  compose.setup((m) => {
    take(m);
    if (matchMedia("(max-width: 899px)").matches) look("messages");
    messages.toEnd();
  });
  window.addEventListener("hashchange", () => { if (takeToken()) location.reload(); });
  if (takeToken()) run();
  else askForToken(false);
}

start();
