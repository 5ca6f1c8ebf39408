// Building and patching the page. Text from people and apps only ever becomes text nodes and attributes here.

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "textContent", "indeterminate"]);

/** An element: `on` holds listeners, `data` data-attributes, `style` style properties, the rest are attributes. */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "data") Object.assign(node.dataset, definedOnly(value));
    else if (name === "style") for (const [key, item] of Object.entries(value)) node.style.setProperty(key, item);
    else if (PROPERTIES.has(name)) node[name] = value;
    else node.setAttribute(name === "class" ? "class" : name, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

function definedOnly(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));
}

export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

export function fragment(...children) {
  return append(document.createDocumentFragment(), children);
}

/** An SVG icon of 20 x 20 drawn with strokes; it says nothing to screen readers. */
export function svg(paths, className = "icon") {
  const node = document.createElementNS(SVG, "svg");
  node.setAttribute("viewBox", "0 0 20 20");
  node.setAttribute("class", className);
  node.setAttribute("aria-hidden", "true");
  for (const d of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    node.append(path);
  }
  return node;
}

/** The address if it is safe to follow, else null: an app may not hand people a script. */
export function safeUrl(url) {
  try {
    const parsed = new URL(String(url), location.href);
    return ["http:", "https:", "mailto:", "tel:", "slack:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

/** A link that opens outside; plain text when the address isn't safe. */
export function link(url, ...children) {
  const href = safeUrl(url);
  if (!href) return fragment(...children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** An image, or its words when the address isn't safe or can't be fetched. */
export function image(url, alt, className) {
  const src = safeUrl(url);
  const instead = () => h("span", { class: "image-missing" }, alt || "Image");
  if (!src) return instead();
  const node = h("img", { src, alt: alt ?? "", class: className, loading: "lazy" });
  node.addEventListener("error", () => node.replaceWith(instead()), { once: true });
  return node;
}

const FOCUS_KEYS = ["data-focus", "data-action-id", "data-testid", "name"];

/** Replace a node by its new rendering; the focus and the caret stay where they were. */
export function replaceKeepingFocus(old, next) {
  const active = old.contains(document.activeElement) ? document.activeElement : null;
  const selector = active && focusSelector(active);
  const caret = active && "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null;
  old.replaceWith(next);
  if (!selector) return;
  const target = next.matches(selector) ? next : next.querySelector(selector);
  target?.focus({ preventScroll: true });
  if (target && caret && caret[0] !== null) {
    try { target.setSelectionRange(...caret); } catch { /* inputs of type number or email have no caret to set */ }
  }
}

function focusSelector(node) {
  for (const name of FOCUS_KEYS) {
    if (!node.hasAttribute(name)) continue;
    const own = `[${name}="${CSS.escape(node.getAttribute(name))}"]`;
    const block = node.closest("[data-block-id]")?.dataset.blockId;
    return block ? `[data-block-id="${CSS.escape(block)}"] ${own}` : own;
  }
  return null;
}

/**
 * Make the children of `parent` those of `rows` ({key, same(node), build()}): nodes that are still right stay
 * untouched, so nothing flickers, no selection is lost and no image loads again.
 */
export function reconcile(parent, rows) {
  const held = new Map([...parent.children].map((node) => [node.__key, node]));
  let place = parent.firstElementChild;
  for (const row of rows) {
    let node = held.get(row.key);
    held.delete(row.key);
    if (node && !row.same(node)) {
      const next = row.build();
      if (place === node) place = next;
      replaceKeepingFocus(node, next);
      node = next;
    }
    node ??= row.build();
    node.__key = row.key;
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
  }
  for (const gone of held.values()) gone.remove();
}

export function clear(node) {
  node.replaceChildren();
  return node;
}

let ids = 0;
/** An id that no other element of the page has. */
export function uid(prefix) {
  ids += 1;
  return `${prefix}-${ids}`;
}
