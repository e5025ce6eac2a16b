// Changes of the text by scripts, as if they had been typed: the browser can take them back.

/** Puts `text` in the place of a stretch of the textarea (of what is selected, where none is said). */
export function insert(area, text, from = area.selectionStart, to = area.selectionEnd) {
  const before = document.activeElement;
  area.focus({ preventScroll: true });
  area.setSelectionRange(from, to);
  const whole = area.value;
  // Old as it is, this is the one way to write into a textarea that undo knows of.
  const typed = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
  if (!typed && area.value === whole && from !== to + text.length) {
    area.setRangeText(text, from, to, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  if (before && before !== area && before !== document.body) before.focus({ preventScroll: true });
}

/** Replaces the first `old` in the textarea and leaves the cursor with the words that it stood at. */
export function replace(area, old, text) {
  const at = area.value.indexOf(old);
  if (at < 0) return false;
  const { selectionStart, selectionEnd, scrollTop } = area;
  const moved = (place) => place <= at ? place : Math.max(at + text.length, place + text.length - old.length);
  insert(area, text, at, at + old.length);
  area.setSelectionRange(moved(selectionStart), moved(selectionEnd));
  area.scrollTop = scrollTop;
  return true;
}

/** Waits with what would disturb somebody who composes a character of several keys. */
export function quietly(area, work) {
  if (area.matches("[data-composing]")) area.addEventListener("compositionend", work, { once: true });
  else work();
}

export function watchComposing(area) {
  area.addEventListener("compositionstart", () => area.toggleAttribute("data-composing", true));
  area.addEventListener("compositionend", () => area.toggleAttribute("data-composing", false), { capture: true });
}
