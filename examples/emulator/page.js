// This script keeps the page up to date. It fetches the page again every second and changes
// only what differs, so that scroll positions, selections, the focus and opened calls are kept.

const lists = ["filter", "commands", "instances", "calls"];
const patience = 10_000; // milliseconds to wait for a reply
let busy = false;

async function refresh() {
  if (busy || document.hidden) return;
  busy = true;
  try {
    const reply = await fetch(location.pathname + location.search, { cache: "no-store", signal: AbortSignal.timeout(patience) });
    if (!reply.ok) throw new Error(reply.statusText);
    const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
    for (const id of lists) update(document.getElementById(id), fresh.getElementById(id));
    document.body.classList.remove("ended");
  } catch {
    document.body.classList.add("ended");
  }
  busy = false;
}

// update gives the node old the attributes and children of the node fresh. It keeps a child that has the
// id of a fresh child, or that has no id and the same name and place.
function update(old, fresh) {
  if (old.isEqualNode(fresh) || old.id === "instance") return;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const name of [...old.getAttributeNames()]) {
    if (name !== "open" && name !== "hidden" && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of [...fresh.attributes]) {
    if (name !== "hidden" && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  const wanted = new Set([...fresh.children].map((child) => child.id));
  for (const child of [...old.children]) if (child.id && !wanted.has(child.id)) child.remove();
  const known = new Map([...old.children].filter((child) => child.id).map((child) => [child.id, child]));
  let at = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    const kept = child.id ? known.get(child.id) : at && !at.id && at.nodeName === child.nodeName ? at : null;
    if (kept && kept === at) at = at.nextSibling;
    else old.insertBefore(kept ?? child, at);
    if (kept) update(kept, child);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

// The field shows the commands of one instance. It needs this script, so it is hidden without it.
const field = document.getElementById("instance");
field.parentElement.hidden = false;
field.addEventListener("change", () => {
  const query = new URLSearchParams(location.search);
  query.delete("instance");
  if (field.value.trim()) query.set("instance", field.value.trim());
  location.search = query.toString();
});

setInterval(refresh, 1000);
document.addEventListener("visibilitychange", refresh);
