// This script keeps the page up to date. It fetches the page again every second and
// replaces only the items that have changed, so that scroll positions and selections in
// other items are kept.

const lists = ["commands", "instances", "calls"];
let busy = false;

async function refresh() {
  if (busy || document.hidden) return;
  busy = true;
  try {
    const reply = await fetch("/", { cache: "no-store" });
    if (!reply.ok) throw new Error(reply.statusText);
    const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
    for (const id of lists) take(document.getElementById(id), fresh.getElementById(id));
    document.body.classList.remove("ended");
  } catch {
    document.body.classList.add("ended");
  }
  busy = false;
}

// take replaces the children of the element list by the children of the element fresh. It keeps
// a child of list when fresh has the same child.
function take(list, fresh) {
  const old = new Map([...list.children].map((item) => [item.id, item]));
  let at = list.firstElementChild;
  for (const item of [...fresh.children]) {
    const known = old.get(item.id);
    old.delete(item.id);
    if (known && known === at) at = at.nextElementSibling;
    if (!known) list.insertBefore(item, at);
    else if (!known.isEqualNode(item)) known.replaceWith(item);
  }
  for (const gone of old.values()) gone.remove();
}

setInterval(refresh, 1000);
document.addEventListener("visibilitychange", refresh);
