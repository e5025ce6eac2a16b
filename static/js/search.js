// "/" leads to the search field, as readers know it from elsewhere; without one on the page, to the search page.
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  const field = [...document.querySelectorAll("[data-search]")].find((input) => input.checkVisibility());
  if (field) { field.focus(); field.select(); }
  else location.href = "/search";
});
