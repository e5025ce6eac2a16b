// Copies of what is typed, in this browser, for as long as the server does not have it.
const PREFIX = "lectern:copy:";
const DAYS = 90;

const keyOf = (user, tab) => `${PREFIX}${user}:${tab}`;

/** Keeps a copy; whether there was room for it. */
export function put(user, tab, copy) {
  try {
    localStorage.setItem(keyOf(user, tab), JSON.stringify({ at: Date.now(), ...copy }));
    return true;
  } catch {
    return false;
  }
}

export function remove(user, tab) {
  try { localStorage.removeItem(keyOf(user, tab)); } catch { /* Nothing is kept, so nothing is there. */ }
}

/** A user's copies by the pages that they were typed in, but for pages that are open. */
export async function left(user) {
  const open = new Set();
  try {
    const { held } = await navigator.locks.query();
    for (const { name } of held) open.add(name);
  } catch { /* Not on a site without https: then all copies are looked at. */ }
  const found = [];
  try {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(keyOf(user, ""))) continue;
      const tab = key.slice(keyOf(user, "").length);
      const copy = JSON.parse(localStorage.getItem(key));
      if (Date.now() - copy.at > DAYS * 86_400_000) localStorage.removeItem(key);
      else if (!open.has(lock(tab))) found.push({ tab, ...copy });
    }
  } catch { /* As above. */ }
  return found;
}

/** Tells other pages of this browser that this one is open, until it is left; a page that one goes back to is open again. */
export function hold(tab) {
  let release;
  const take = () => navigator.locks?.request(lock(tab), () => new Promise((left) => { release = left; })).catch(() => {});
  take();
  addEventListener("pagehide", () => release?.());
  addEventListener("pageshow", ({ persisted }) => persisted && take());
}

function lock(tab) {
  return `lectern:editor:${tab}`;
}
