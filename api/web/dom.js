// Building the page. Text only ever enters it as text nodes.

export const $ = (id) => document.getElementById(id);

// el makes an element. Properties that are not part of the element's interface
// are set as attributes; children are elements or strings.
export function el(tag, props = {}, ...children) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(props)) {
    if (v === undefined || v === null || v === false) continue;
    if (k === "class") e.className = v;
    else if (k.startsWith("on")) e.addEventListener(k.slice(2), v);
    else e.setAttribute(k, v === true ? "" : String(v));
  }
  fill(e, children);
  return e;
}

// fill replaces the children of an element.
export function fill(e, children) {
  e.replaceChildren(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== ""));
}

// say shows a line, or hides it when there is nothing to say.
export function say(e, text) {
  e.hidden = !text;
  if (e.textContent !== (text || "")) e.textContent = text || "";
}
