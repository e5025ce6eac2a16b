// Forms: nothing typed is lost by accident, Ctrl+S saves, and a text says when it grows too long.
for (const form of document.querySelectorAll("form[data-guarded]")) {
  const content = () => new URLSearchParams(new FormData(form)).toString();
  const saved = form.dataset.guarded === "unsaved" ? null : content();
  let leaving = false;

  form.addEventListener("submit", (event) => {
    // The second click of a double click would save twice.
    if (leaving) event.preventDefault();
    leaving = true;
  });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("beforeunload", (event) => {
    if (!leaving && content() !== saved) event.preventDefault();
  });
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[aria-keyshortcuts]"));
  });
}

for (const input of document.querySelectorAll("[data-max-length]")) {
  const most = Number(input.dataset.maxLength);
  const note = document.createElement("p");
  note.className = "field-count";
  note.setAttribute("role", "status");
  input.after(note);
  input.addEventListener("input", () => {
    // As the server counts: characters, not UTF-16 units.
    const left = most - [...input.value].length;
    note.classList.toggle("is-over", left < 0);
    const many = (number) => `${number} character${number === 1 ? "" : "s"}`;
    note.textContent = left < 0 ? `${many(-left)} too many` : left <= most / 10 ? `${many(left)} left` : "";
  });
}
