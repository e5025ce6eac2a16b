// Nothing typed is lost: what is in the form goes to the server a few seconds after it was typed, and into this
// browser while the server does not have it.
import * as copies from "./copies.js";
import { offer } from "./recover.js";

const PAUSE = 2500;
const LONGEST = 10_000;
const AGAIN = 5000;

export function keepDrafts(form) {
  const status = form.querySelector("[data-status]");
  const { user } = form.dataset;
  let { post } = form.dataset;
  const tab = form.elements._tab?.value || random();
  if (!form.elements._tab) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "_tab" }));
  form.elements._tab.value = tab;
  copies.hold(tab);

  // What the server has; none when the page shows something that is stored nowhere.
  let known = "unsaved" in form.dataset ? null : content();
  let dirty = known === null;
  let since = dirty ? Date.now() : 0;
  let timer, copying, running, trouble = "", blocked = false, leaving = false;
  if (dirty) later(PAUSE);
  offer(form, user, tab);

  for (const kind of ["input", "change"]) form.addEventListener(kind, changed);
  form.addEventListener("submit", submit);
  addEventListener("online", () => dirty && send());
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("pagehide", copy);
  document.addEventListener("visibilitychange", () => {
    if (dirty) document.hidden ? (copy(), send()) : trouble && send();
  });
  addEventListener("beforeunload", (event) => {
    if (leaving || !dirty || content() === known) return;
    copy();
    send();
    event.preventDefault();
  });
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[aria-keyshortcuts]"));
  });

  function content() {
    return new URLSearchParams(new FormData(form)).toString();
  }

  function changed() {
    if (!dirty) since = Date.now();
    dirty = true;
    clearTimeout(copying);
    copying = setTimeout(copy, 800);
    if (trouble) return;
    status.textContent = "";
    later(Math.max(0, Math.min(PAUSE, since + LONGEST - Date.now())));
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  }

  /** Keeps what the server does not have yet; whether there was room. */
  function copy() {
    clearTimeout(copying);
    return !dirty || copies.put(user, tab, { post, title: form.elements.title.value, body: content() });
  }

  /** Sends what is in the form; whether the server has it then. */
  function send() {
    clearTimeout(timer);
    running ??= attempt().finally(() => { running = undefined; });
    return running;
  }

  async function attempt() {
    const body = content();
    if (body === known) {
      settle(body);
      return true;
    }
    const all = new URLSearchParams(body);
    all.set("_post", post);
    all.set("_user", user);
    let answer;
    try {
      // The browser finishes a short one even when the page is gone.
      answer = await fetch("/admin/posts/autosave", { method: "POST", body: all, headers: { accept: "application/json" }, keepalive: body.length < 60_000, signal: AbortSignal.timeout(30_000) });
    } catch {
      return away();
    }
    if (answer.ok) {
      const { at } = await answer.json();
      trouble = "";
      blocked = false;
      settle(body);
      if (!dirty) say(`Saved as a draft at ${at}`);
      return true;
    }
    if (answer.status === 401) return fail("Signed out: ", true, { label: "sign in in another tab", url: "/login?next=/account" }, " and go on");
    if (answer.status === 404 && post) {
      // Somebody deleted it: what is typed becomes a text of its own.
      post = "";
      return attempt();
    }
    if (answer.status >= 500 || answer.status === 408 || answer.status === 429) return away();
    const problem = await answer.json().catch(() => ({}));
    return fail(`Not saved: ${problem.detail || "the server does not take it."}`, (problem.detail ?? "").startsWith("Somebody else"));
  }

  /** The server has this. */
  function settle(body) {
    known = body;
    dirty = content() !== body;
    if (dirty) {
      since = Date.now();
      later(PAUSE);
    } else {
      clearTimeout(copying);
      copies.remove(user, tab);
    }
  }

  function away() {
    return fail(copy() ? "Not saved yet: the server is away; a copy is kept in this browser"
      : "Not saved yet: the server is away, and this browser has no room for a copy. Keep this page open", true);
  }

  /** What is wrong; whether saving must wait until it is not. */
  function fail(text, blocks, link, rest = "") {
    copy();
    trouble = text;
    blocked = blocks;
    say(text, link, rest);
    later(AGAIN);
    return false;
  }

  function say(text, link, rest = "") {
    status.classList.toggle("is-trouble", Boolean(trouble));
    const parts = [text];
    if (link) parts.push(Object.assign(document.createElement("a"), { href: link.url, textContent: link.label, target: "_blank", rel: "noopener" }), rest);
    if (status.textContent !== parts.map((part) => part.textContent ?? part).join("")) status.replaceChildren(...parts);
  }

  /** Saving waits until the server has what is typed: a server that is away must not take it with it. */
  async function submit(event) {
    event.preventDefault();
    // The second click of a double click would save twice.
    if (leaving) return;
    leaving = true;
    const { submitter } = event;
    for (let tries = 0; tries < 3 && (running || dirty); tries++) await send();
    if (dirty && blocked) {
      leaving = false;
      return;
    }
    clearTimeout(timer);
    clearTimeout(copying);
    const said = document.createElement("input");
    if (submitter?.name) {
      // Where the button stands, so that it has the last word as the button would.
      Object.assign(said, { type: "hidden", name: submitter.name, value: submitter.value });
      if (form.contains(submitter)) submitter.after(said);
      else form.append(said);
    }
    form.submit();
    said.remove();
  }
}

/** A name that no other page has. */
function random() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
