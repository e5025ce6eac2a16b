// <look-up src kind>: rows of the server, found while one types, as a combobox. What is chosen becomes a radio button
// (kind related) or a check box (picker), narrows the list (filter), or is the last word of an input (words).
let count = 0;

customElements.define("look-up", class extends HTMLElement {
  #input;
  #listbox;
  #popup;
  #note;
  #status;
  #timer;
  #request;
  #found;
  #active = -1;

  connectedCallback() {
    // A row that is moved within its form connects again.
    if (this.#input) return;
    const input = this.#input = this.querySelector("input:not([type=hidden], [type=radio], [type=checkbox])");
    const id = `lookup-${++count}`;
    this.#listbox = make("ul", { id, role: "listbox", "aria-label": "Found" });
    this.#note = make("p", { class: "lookup-note", "aria-hidden": "true" });
    this.#popup = make("div", { class: "lookup-popup" });
    this.#popup.hidden = true;
    this.#popup.append(this.#listbox, this.#note);
    this.#status = make("p", { class: "visually-hidden", role: "status" });
    this.append(this.#popup, this.#status);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id, autocomplete: "off" })) {
      input.setAttribute(name, value);
    }
    for (const button of this.querySelectorAll("button[name=_find]")) button.hidden = true;

    input.addEventListener("input", () => {
      clearTimeout(this.#timer);
      // What a click showed, before anything was typed, answers another question.
      if (this.#found === "") this.#close();
      this.#timer = setTimeout(() => this.#find(), 150);
    });
    input.addEventListener("click", () => this.#popup.hidden && this.getAttribute("kind") && this.#find());
    input.addEventListener("keydown", (event) => this.#press(event));
    input.addEventListener("blur", () => this.#close());
    // The focus stays in the input while an option is pressed.
    this.#popup.addEventListener("mousedown", (event) => event.preventDefault());
    this.#listbox.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#choose(option);
    });
  }

  /** The part of the input that is looked for. */
  get #query() {
    const text = this.#input.value;
    return (this.hasAttribute("kind") ? text : text.slice(text.lastIndexOf(",") + 1)).trim();
  }

  async #find() {
    this.#request?.abort();
    this.#request = new AbortController();
    const { signal } = this.#request;
    if (!this.#query && !this.hasAttribute("kind")) return this.#close();
    const address = new URL(this.getAttribute("src"), location.href);
    this.#found = this.#query;
    address.searchParams.set("q", this.#found);
    try {
      const answer = await fetch(address, { headers: { accept: "application/json" }, signal });
      if (!answer.ok) throw new Error(`${answer.status}`);
      this.#show(await answer.json());
    } catch {
      if (!signal.aborted) this.#show({ results: [], more: false }, "The search does not answer just now.");
    }
  }

  #show({ results, more }, trouble) {
    if (document.activeElement !== this.#input) return;
    const options = results.map(({ value, label }, index) => {
      const option = make("li", { role: "option", id: `${this.#listbox.id}-${index}`, "aria-selected": "false", dir: "auto" }, label);
      option.dataset.value = value;
      return option;
    });
    this.#listbox.replaceChildren(...options);
    this.#listbox.hidden = !options.length;
    this.#note.textContent = trouble ?? (options.length ? (more ? "There are more: type on." : "") : "Nothing found.");
    this.#status.textContent = this.#note.textContent || `${options.length} found`;
    // A new word needs no apology.
    this.#popup.hidden = !options.length && !this.hasAttribute("kind");
    this.#popup.scrollIntoView({ block: "nearest" });
    this.#active = -1;
    this.#input.removeAttribute("aria-activedescendant");
    this.#input.setAttribute("aria-expanded", String(!this.#popup.hidden));
  }

  #close() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#popup.hidden = true;
    this.#active = -1;
    this.#input.removeAttribute("aria-activedescendant");
    this.#input.setAttribute("aria-expanded", "false");
  }

  #press(event) {
    if (event.isComposing) return;
    const options = [...this.#listbox.children];
    const open = !this.#popup.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) this.#find();
      else if (options.length) this.#move(options, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      // Searching is not saving.
      if (this.hasAttribute("kind") || (open && this.#active >= 0)) event.preventDefault();
      if (open && this.#active >= 0) this.#choose(options[this.#active]);
      else if (this.hasAttribute("kind")) this.#find();
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      this.#close();
    }
  }

  #move(options, step) {
    // Beyond both ends is the input itself.
    const places = options.length + 1;
    this.#active = (this.#active + 1 + step + places) % places - 1;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === this.#active)));
    const option = options[this.#active];
    if (option) {
      this.#input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else this.#input.removeAttribute("aria-activedescendant");
  }

  #choose(option) {
    const { value } = option.dataset;
    const label = option.textContent;
    const kind = this.getAttribute("kind");
    this.#close();
    if (kind === "filter") {
      this.append(make("input", { type: "hidden", name: this.getAttribute("name"), value }));
      this.#input.form.requestSubmit();
    } else if (kind) {
      this.#pick(kind, value, label);
    } else {
      const words = this.#input.value.split(",").slice(0, -1).map((word) => word.trim()).filter(Boolean);
      this.#input.value = [...words.filter((word) => word !== label), label, ""].join(", ");
    }
    this.#input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #pick(kind, value, label) {
    const choices = this.querySelector(".choices");
    let choice = [...choices.querySelectorAll("input")].find((input) => input.value === value);
    if (!choice) {
      choice = make("input", { type: kind === "picker" ? "checkbox" : "radio", name: this.getAttribute("name"), value });
      const line = make("label", { class: "tick" });
      line.append(choice, " ", make("span", { dir: "auto" }, label));
      const item = make("li", {});
      item.append(line);
      if (kind === "picker") {
        // It may be chosen already, beyond those that the form shows: then taking the tick away must be told.
        const off = make("input", { type: "hidden", name: `${this.getAttribute("name")}__off`, value });
        off.disabled = true;
        choice.addEventListener("change", () => { off.disabled = choice.checked; });
        item.append(off);
      }
      choices.append(item);
    }
    choice.checked = true;
    this.#input.value = "";
    this.#status.textContent = `${label} is chosen`;
    const fold = this.closest(".fold");
    if (fold) {
      fold.querySelector(".fold-value").textContent = label;
      fold.open = false;
      fold.querySelector("summary").focus();
    }
  }
});

function make(tag, attributes, text = "") {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}
