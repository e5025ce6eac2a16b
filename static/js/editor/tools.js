// The toolbar's keys, and the two ways to look at the page: with the preview, and on the full width.
import { watchComposing } from "./text.js";

const isMac = navigator.platform.startsWith("Mac");

export function installTools(form, text) {
  watchComposing(text);
  const tools = [...form.querySelectorAll("[data-key]")];
  // Keys are named as the machine at hand names them.
  if (isMac) for (const named of form.querySelectorAll("[title]")) named.title = named.title.replace("Ctrl+", "⌘").replace("Alt+", "⌥").replace("Shift+", "⇧");
  text.addEventListener("keydown", (event) => {
    if (!(isMac ? event.metaKey : event.ctrlKey) || event.altKey) return;
    // By its place for digits: with Shift they are other signs, each keyboard its own.
    const key = event.code.startsWith("Digit") ? event.code.slice(5) : event.key.toLowerCase();
    const wanted = event.shiftKey ? `shift ${key}` : key;
    const tool = tools.find((tool) => tool.dataset.key === wanted);
    if (!tool) return;
    event.preventDefault();
    tool.click();
  });

  view("wide", (on) => document.body.classList.toggle("is-writing", on));
  view("preview", (on) => {
    form.classList.toggle("has-preview", on);
    document.getElementById("preview").hidden = !on;
    form.dispatchEvent(new CustomEvent("editor:preview", { detail: on }));
  });
  addEventListener("keydown", (event) => {
    const name = event.altKey && event.shiftKey && event.code === "KeyP" ? "preview"
      : (event.ctrlKey || event.metaKey) && event.shiftKey && event.code === "KeyF" ? "wide" : null;
    if (!name) return;
    event.preventDefault();
    form.querySelector(`[data-view=${name}]`).click();
  });

  /** A way to look at the page, which this browser remembers. */
  function view(name, show) {
    const button = form.querySelector(`[data-view=${name}]`);
    const key = `lectern:editor:${name}`;
    const set = (on) => {
      button.setAttribute("aria-pressed", String(on));
      show(on);
    };
    let was = false;
    try { was = localStorage.getItem(key) === "on"; } catch { /* A browser that keeps nothing. */ }
    if (was) set(true);
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      set(on);
      try { localStorage.setItem(key, on ? "on" : "off"); } catch { /* As above. */ }
    });
  }
}
