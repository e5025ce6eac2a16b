// Copies that an earlier page of this browser could not send: they go to the server, which offers them like all
// that was not saved.
import * as copies from "./copies.js";

export async function offer(form, user, tab) {
  const found = await gather(user, tab);
  if (found.length) show(form, found);
}

/** Sends what is left in this browser but for what is typed in the page `tab`; gives what the server keeps of it. */
export async function gather(user, tab) {
  const found = [];
  for (const copy of await copies.left(user)) {
    if (copy.tab === tab) continue;
    const sent = await send(user, copy);
    if (sent) {
      copies.remove(user, copy.tab);
      if (sent.id) found.push({ ...copy, id: sent.id });
    }
  }
  return found;
}

async function send(user, copy, post = copy.post) {
  const body = new URLSearchParams(copy.body);
  for (const [name, value] of Object.entries({ _post: post, _user: user, _tab: copy.tab })) body.set(name, value);
  try {
    const answer = await fetch("/admin/posts/autosave", { method: "POST", body, headers: { accept: "application/json" } });
    if (answer.ok) return { ...await answer.json() };
    return answer.status === 404 && post ? send(user, copy, "") : null;
  } catch {
    return null;
  }
}

function show(form, found) {
  const box = document.querySelector("[data-found]");
  const here = found.filter(({ post }) => post === form.dataset.post);
  const heading = Object.assign(document.createElement("h2"), { textContent: "Found in this browser: typed, but never sent" });
  const list = document.createElement("ul");
  for (const { id, title, at } of here) {
    const item = document.createElement("li");
    const name = Object.assign(document.createElement("bdi"), { textContent: title.trim() || "Untitled" });
    const link = Object.assign(document.createElement("a"), { href: `${location.pathname}?unsaved=${id}`, className: "button", textContent: "Go on with it" });
    item.append(name, `, ${new Date(at).toLocaleString()} `, link);
    list.append(item);
  }
  const all = document.createElement("p");
  all.append(Object.assign(document.createElement("a"), { href: "/admin/posts/unsaved", textContent: "All that was not saved" }));
  box.replaceChildren(heading, list, all);
  box.className = "recovered";
  box.hidden = false;
}
