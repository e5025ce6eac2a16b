// The preview, and the count of words: both from the server, so that they are what will be stored.
export function keepPreview(form, text) {
  const pane = document.getElementById("preview");
  const page = pane.querySelector("[data-preview]");
  const note = pane.querySelector("[data-preview-note]");
  const count = form.querySelector("[data-count]");
  let shown = null, timer, busy = false, cost = 0;

  text.addEventListener("input", later);
  text.addEventListener("change", later);
  form.addEventListener("editor:preview", () => {
    if (pane.hidden) return;
    dress();
    clearTimeout(timer);
    ask();
  });
  // A link in the preview is no way out of the editor.
  page.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link) return;
    const inside = link.getAttribute("href").startsWith("#");
    if (inside) {
      event.preventDefault();
      page.querySelector(`#${CSS.escape(link.getAttribute("href").slice(1))}`)?.scrollIntoView({ block: "start" });
    } else {
      link.target = "_blank";
      link.rel = "noopener";
    }
  });
  if ("unsaved" in form.dataset) later();

  /** The styles of readers' pages come with the first preview. */
  function dress() {
    for (const href of pane.dataset.styles?.split(" ") ?? []) {
      document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
    }
    delete pane.dataset.styles;
  }

  function later() {
    clearTimeout(timer);
    // A long text takes its time: the server is asked the less the longer it needs.
    timer = setTimeout(ask, Math.max(pane.hidden ? 1500 : 350, cost * 2));
  }

  async function ask() {
    if (busy) return later();
    const content = text.value;
    if (content === shown) return;
    busy = true;
    const begun = performance.now();
    try {
      const answer = await fetch("/admin/posts/preview", { method: "POST", body: new URLSearchParams({ content }), headers: { accept: "text/html, application/json;q=0.5" } });
      if (answer.status === 429 || answer.status === 503) {
        // The server has its hands full: what is shown stays, and it is asked again after a while.
        busy = false;
        cost = Math.min(Math.max(cost * 2, 2000), 30_000);
        return later();
      }
      if (answer.status === 401) throw new Error("You are signed out: sign in in another tab and type on.");
      if (!answer.ok) throw new Error("The preview does not work just now.");
      const html = await answer.text();
      const words = Number(answer.headers.get("lectern-words"));
      count.textContent = `${words.toLocaleString()} word${words === 1 ? "" : "s"} · ${answer.headers.get("lectern-minutes")} min to read`;
      show(html);
      shown = content;
      note.hidden = Boolean(content.trim());
      note.textContent = "Nothing is written yet.";
    } catch (error) {
      note.hidden = false;
      note.textContent = error instanceof TypeError ? "No preview: the server is away." : error.message;
    }
    cost = performance.now() - begun;
    busy = false;
    if (text.value !== content && shown !== text.value) later();
  }

  function show(html) {
    const { scrollTop } = pane;
    const template = document.createElement("template");
    template.innerHTML = html;
    // Ids of the text must not be taken for those of the page.
    for (const element of template.content.querySelectorAll("[id]")) element.id = `preview-${element.id}`;
    for (const link of template.content.querySelectorAll("a[href^='#']")) link.setAttribute("href", `#preview-${link.getAttribute("href").slice(1)}`);
    for (const element of template.content.querySelectorAll("[aria-describedby], [aria-labelledby]")) {
      for (const name of ["aria-describedby", "aria-labelledby"]) {
        const ids = element.getAttribute(name);
        if (ids) element.setAttribute(name, ids.split(/\s+/).map((id) => `preview-${id}`).join(" "));
      }
    }
    page.replaceChildren(template.content);
    pane.scrollTop = scrollTop;
  }
}
