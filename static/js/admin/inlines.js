// <inline-rows>: related rows within a form are added and put in order without asking the server.
customElements.define("inline-rows", class extends HTMLElement {
  connectedCallback() {
    this.rows = this.querySelector(".inline-rows");
    this.count = this.querySelector(":scope > input[name$='._count']");
    this.status = this.querySelector(":scope > [role=status]");
    for (const row of this.rows.children) this.#order(row);
    this.#mark();
    this.querySelector(":scope > button[name=_add]").addEventListener("click", (event) => {
      event.preventDefault();
      this.#add();
    });
  }

  #add() {
    const index = this.count.value++;
    const row = this.querySelector(":scope > template").content.firstElementChild.cloneNode(true);
    for (const element of row.querySelectorAll("*")) {
      for (const { name, value } of [...element.attributes]) {
        if (value.includes("__index__")) element.setAttribute(name, value.replaceAll("__index__", index));
      }
    }
    this.#order(row);
    this.rows.append(row);
    this.#renumber();
    row.querySelector(".inline-fields :is(input:not([type=hidden]), select, textarea)")?.focus();
  }

  /** Puts two buttons in the place of the number. */
  #order(row) {
    const number = row.querySelector("input[name$='._order']");
    if (!number) return;
    const title = row.querySelector("legend").textContent;
    const button = (label, step) => {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = label;
      made.ariaLabel = `${label}: ${title}`;
      made.addEventListener("click", () => this.#move(row, step, made));
      return made;
    };
    number.type = "hidden";
    number.after(button("Up", -1), button("Down", 1));
  }

  #move(row, step, button) {
    const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    // The other row moves, so that the focus stays where it is.
    if (step < 0) row.after(other);
    else row.before(other);
    this.#renumber();
    button.scrollIntoView({ block: "nearest" });
    const place = [...this.rows.children].indexOf(row) + 1;
    this.status.textContent = `Moved to ${place} of ${this.rows.children.length}`;
  }

  #renumber() {
    [...this.rows.children].forEach((row, index) => {
      const number = row.querySelector("input[name$='._order']");
      if (number) number.value = index + 1;
    });
    this.#mark();
  }

  /** Neither the first goes up nor the last down. */
  #mark() {
    for (const row of this.rows.children) {
      const [up, down] = row.querySelectorAll(".inline-order button");
      if (!up) return;
      up.ariaDisabled = String(!row.previousElementSibling);
      down.ariaDisabled = String(!row.nextElementSibling);
    }
  }
});
