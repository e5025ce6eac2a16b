// Lists: rows are selected one by one, in ranges with shift, or all; what can be done with them shows up then.
const form = document.querySelector(".rows:has(.action-bar)");
if (form) {
  const bar = form.querySelector(".action-bar");
  const boxes = [...form.querySelectorAll("input[name=id]")];
  const action = bar.querySelector("select");
  const everything = bar.querySelector("[data-all]");
  const picked = bar.querySelector("[data-picked]");
  const whole = pickAll(form.querySelector("[data-pick-all]"));
  let last = null;

  const update = () => {
    const number = boxes.filter((box) => box.checked).length;
    whole.checked = number === boxes.length;
    whole.indeterminate = number > 0 && number < boxes.length;
    if (everything && number === 0) everything.checked = false;
    bar.classList.toggle("is-idle", number === 0);
    picked.textContent = everything?.checked ? "All selected" : `${number} selected`;
    for (const argument of bar.querySelectorAll("[data-action]")) {
      argument.hidden = argument.dataset.action !== action.value;
      for (const input of argument.querySelectorAll("input, select")) input.disabled = argument.hidden;
    }
  };

  form.addEventListener("click", ({ target, shiftKey }) => {
    const here = boxes.indexOf(target);
    if (here < 0) return;
    if (shiftKey && last !== null) {
      for (const box of boxes.slice(Math.min(here, last), Math.max(here, last) + 1)) box.checked = target.checked;
    }
    last = here;
  });
  form.addEventListener("change", ({ target }) => {
    if (target === whole) for (const box of boxes) box.checked = whole.checked;
    update();
  });
  // Some actions have a key. It does something only while rows are selected, and nowhere where one types.
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
    const option = [...action.options].find((option) => option.dataset.key === event.key);
    if (!option || !boxes.some((box) => box.checked)) return;
    event.preventDefault();
    action.value = option.value;
    update();
    form.requestSubmit();
  });
  // What was selected is still so when one comes back to the page.
  addEventListener("pageshow", update);
  bar.classList.add("is-live");
  update();
}

/** Whether an element takes letters; a check box does not. */
function isTyping(element) {
  return element.closest?.("input:not([type=checkbox]), textarea, select") != null;
}

/** A check box for all rows of the page, in the corner that the table keeps for it. */
function pickAll(corner) {
  const label = document.createElement("label");
  const words = document.createElement("span");
  words.className = "visually-hidden";
  words.textContent = "Select all on this page";
  const box = document.createElement("input");
  box.type = "checkbox";
  label.append(box, words);
  corner.append(label);
  return box;
}

// "/" leads to the search field, as on the site.
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const field = document.querySelector("[data-search]");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});
