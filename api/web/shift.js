// Who is on shift at this node. A shift begins with a file and a PIN, which are not
// for a browser: the page says what to type.
import { $, el, fill } from "./dom.js";
import { post } from "./net.js";
import { personOf, timeOf } from "./words.js";

let drawn = "";

export function draw(s) {
  const key = JSON.stringify([s.shift, s.persons > 0]);
  if (key === drawn) return;
  drawn = key;
  $("shift").hidden = !s.shift;
  $("noshift").hidden = !!s.shift || !s.persons;
  if (s.shift) {
    fill($("shift"), [
      el("span", {}, "On shift: ", el("strong", {}, el("bdi", {}, personOf(s.shift.person))), ` until ${timeOf(s.shift.until)}`),
      el("button", { type: "button", class: "plain", onclick: end }, "End shift"),
    ]);
  }
}

async function end(e) {
  e.target.disabled = true;
  try {
    await post("/v1/shift", { act: "end" });
  } finally {
    e.target.disabled = false;
  }
}
