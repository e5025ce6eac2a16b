// Uploads: each file is a request of its own, with its progress; files can be dropped; what they show is asked at once.
const AT_ONCE = 2;

customElements.define("upload-files", class extends HTMLElement {
  #queue = [];
  #running = 0;
  #taken = 0;
  #refused = 0;

  connectedCallback() {
    const [form, list] = this.querySelectorAll("form");
    this.form = form;
    this.list = list;
    this.input = form.querySelector("[type=file]");
    this.drop = form.querySelector(".drop");
    this.status = this.querySelector("[data-status]");

    this.input.addEventListener("change", () => {
      this.add(this.input.files);
      this.input.value = "";
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.input.files.length) this.add(this.input.files);
      else this.input.focus();
      this.input.value = "";
    });
    // The whole page takes files: one that misses the box would else be opened in place of it.
    for (const type of ["dragenter", "dragover"]) addEventListener(type, (event) => this.#over(event));
    addEventListener("dragleave", (event) => { if (!event.relatedTarget) this.drop.classList.remove("is-over"); });
    addEventListener("drop", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.drop.classList.remove("is-over");
      this.add(event.dataTransfer.files);
    });
    addEventListener("beforeunload", (event) => {
      const typed = [...this.list.querySelectorAll("textarea")].some((area) => area.value.trim());
      if ((this.#running || typed) && !this.leaving) event.preventDefault();
    });
    list.addEventListener("submit", () => { this.leaving = true; });
    addEventListener("pageshow", () => { this.leaving = false; });
  }

  #over(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.drop.classList.add("is-over");
  }

  add(files) {
    for (const file of files) this.#queue.push({ file, row: this.#row(file) });
    this.list.hidden = !this.list.querySelector("li");
    this.#next();
  }

  #row(file) {
    const row = document.createElement("li");
    row.className = "picture";
    row.innerHTML = `<div class="picture-blank"></div><div class="picture-said"><p class="picture-name" dir="auto"></p>
      <progress max="1" value="0"></progress><p class="picture-state">Waiting</p></div>`;
    row.querySelector(".picture-name").textContent = file.name;
    row.querySelector("progress").setAttribute("aria-label", `Uploading ${file.name}`);
    this.list.querySelector("ol").append(row);
    return row;
  }

  #next() {
    while (this.#running < AT_ONCE && this.#queue.length) {
      this.#running += 1;
      this.#send(this.#queue.shift()).finally(() => {
        this.#running -= 1;
        this.#next();
        this.#tell();
      });
    }
  }

  #send({ file, row }) {
    const state = row.querySelector(".picture-state");
    const bar = row.querySelector("progress");
    return new Promise((done) => {
      const body = new FormData();
      body.append("file", file);
      const request = new XMLHttpRequest();
      request.open("POST", this.form.action);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        bar.value = total ? loaded / total : 0;
        state.textContent = loaded < total ? `${Math.floor((100 * loaded) / total)} %` : "Being looked at";
      });
      request.addEventListener("loadend", () => {
        bar.remove();
        this.#show(row, request);
        done();
      });
      request.send(body);
    });
  }

  #show(row, request) {
    const state = row.querySelector(".picture-state");
    const answer = parse(request.responseText);
    const file = answer?.files?.[0];
    if (!file) {
      this.#refused += 1;
      row.classList.add("is-refused");
      state.textContent = answer?.errors?.[0]?.message ?? reason(request.status);
      return;
    }
    this.#taken += 1;
    row.querySelector(".picture-name").textContent = file.filename;
    state.textContent = "In the library";
    if (!file.thumbnail) return;
    const image = document.createElement("img");
    image.src = file.thumbnail;
    image.alt = "";
    row.querySelector(".picture-blank").replaceWith(image);
    // The same file twice has one row, and one text.
    if (this.list.querySelector(`[name="alt.${file.id}"]`)) return;
    const field = document.createElement("div");
    field.className = "field";
    field.innerHTML = `<div class="field-label"><label>Alternative text</label></div><textarea rows="2" dir="auto"></textarea>`;
    const area = field.querySelector("textarea");
    area.id = `field-alt-${file.id}`;
    area.name = `alt.${file.id}`;
    area.value = file.alt;
    area.maxLength = 500;
    field.querySelector("label").htmlFor = area.id;
    row.querySelector(".picture-said").append(field);
    this.list.querySelector(".uploads-waiting").hidden = false;
  }

  #tell() {
    if (this.#running || this.#queue.length) return;
    const files = (number) => `${number} file${number === 1 ? "" : "s"}`;
    const refused = this.#refused ? `, ${files(this.#refused)} not taken` : "";
    this.list.querySelector("h2").textContent = this.#taken ? "What do they show?" : "Nothing was taken";
    this.status.textContent = `${files(this.#taken)} in the library${refused}.`;
  }
});

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function reason(status) {
  if (status === 0) return "The connection broke off. Choose it again.";
  if (status === 401 || status === 403) return "You are not signed in any more. Sign in in another tab, then choose it again.";
  if (status === 413) return "It is too large.";
  if (status === 503) return "The site is busy. Choose it again in a moment.";
  return "It was not taken. Choose it again.";
}
