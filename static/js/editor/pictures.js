// Pictures: pasted or dropped into the text, chosen from this machine, or found among those already here.
import { insert, quietly, replace } from "./text.js";

// What few pages need comes when it is needed.
const upload = async (...what) => (await import("./upload.js")).upload(...what);
const choosePictures = async (uses) => (await import("./library.js")).choosePictures(uses);

export function keepPictures(form, text) {
  const note = form.querySelector("[data-uploads]");
  const waiting = [];
  const running = new Set();
  let number = 0;

  text.addEventListener("paste", (event) => {
    const { files, types } = event.clipboardData;
    // A table or a page that is copied comes as a picture too; then the words are meant.
    if (!files.length || types.includes("text/plain")) return;
    event.preventDefault();
    take(files);
  });
  for (const kind of ["dragenter", "dragover"]) {
    text.addEventListener(kind, (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      text.classList.add("is-target");
    });
  }
  for (const kind of ["dragleave", "drop"]) text.addEventListener(kind, () => text.classList.remove("is-target"));
  text.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    take(event.dataTransfer.files);
  });
  form.querySelector("[data-pictures]").addEventListener("click", () => choosePictures({
    upload: take,
    chosen: ({ markdown }) => quietly(text, () => insert(text, markdown)),
    after: () => text.focus(),
  }));
  cover();

  /** Puts a placeholder for each file where the cursor is; each becomes its picture when it has arrived. */
  function take(files) {
    const jobs = [...files].map((file) => ({ file, mark: `![Uploading ${file.name.replace(/[[\]()\\`]/g, "")} ${++number}…]()` }));
    const lines = text.value.slice(0, text.selectionStart);
    const lead = jobs.length > 1 && lines && !lines.endsWith("\n") ? "\n\n" : "";
    quietly(text, () => insert(text, lead + jobs.map(({ mark }) => mark).join("\n\n")));
    waiting.push(...jobs);
    next();
  }

  async function next() {
    while (running.size < 2 && waiting.length) {
      const job = waiting.shift();
      running.add(job);
      send(job).finally(() => {
        running.delete(job);
        next();
      });
    }
  }

  async function send(job) {
    const put = (words) => quietly(text, () => replace(text, job.mark, words));
    try {
      const { files, errors } = await upload([job.file], (part) => {
        note.textContent = `Uploading ${job.file.name}: ${Math.round(part * 100)} %`;
      });
      if (!files.length) throw new Error(errors[0]?.message ?? "It was not taken.");
      put(files[0].markdown);
      const isNameless = files[0].markdown.startsWith("![](");
      note.textContent = `${job.file.name} is in the text.${isNameless ? " Say in the brackets what it shows, for those who cannot see it." : ""}`;
    } catch (error) {
      put("");
      note.textContent = `${job.file.name} was not uploaded: ${error.message}`;
    }
  }

  /** The field for the cover gets the same choice. */
  function cover() {
    const { cover, cover_alt: alt } = form.elements;
    if (!(cover instanceof HTMLInputElement)) return;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "secondary", textContent: "Choose a picture" });
    button.setAttribute("aria-haspopup", "dialog");
    cover.after(button);
    const set = ({ url, alt: words }) => {
      cover.value = url;
      if (alt && words && !alt.value) alt.value = words;
      cover.dispatchEvent(new Event("input", { bubbles: true }));
    };
    button.addEventListener("click", () => choosePictures({
      upload: async ([file]) => {
        note.textContent = `Uploading ${file.name}`;
        try {
          const { files, errors } = await upload([file], () => {});
          if (!files.length) throw new Error(errors[0]?.message ?? "It was not taken.");
          set(files[0]);
          note.textContent = `${file.name} is the cover.`;
        } catch (error) {
          note.textContent = `${file.name} was not uploaded: ${error.message}`;
        }
      },
      chosen: set,
      after: () => button.focus(),
    }));
  }
}
