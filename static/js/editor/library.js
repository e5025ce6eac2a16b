// The dialog of pictures: those already here, newest first, found by name; and the way to bring new ones.
let use, page, wanted, request;
let dialog, list, note, older, find, files;

/** Opens it. `chosen` gets one of the library's files, `upload` files of this machine; `after` is told when it closes. */
export function choosePictures(uses) {
  use = uses;
  setUp();
  dialog.showModal();
  find.value = "";
  load("", 1);
}

function setUp() {
  if (dialog) return;
  dialog = document.querySelector("[data-dialog]");
  const part = (name) => dialog.querySelector(`[data-${name}]`);
  [list, note, older, find, files] = ["list", "note", "older", "find", "files"].map(part);
  part("upload").addEventListener("click", () => files.click());
  part("close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => { request?.abort(); use.after(); });
  files.addEventListener("change", () => {
    // The list is empty as soon as the field is.
    const chosen = [...files.files];
    files.value = "";
    dialog.close();
    if (chosen.length) use.upload(chosen);
  });
  older.addEventListener("click", () => load(wanted, page));
  let timer;
  find.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => load(find.value.trim(), 1), 200);
  });
}

async function load(query, number) {
  request?.abort();
  request = new AbortController();
  const { signal } = request;
  wanted = query;
  note.textContent = "Looking …";
  if (number === 1) list.replaceChildren();
  try {
    const answer = await fetch(`/admin/media/pick?${new URLSearchParams({ q: query, page: number })}`, { headers: { accept: "application/json" }, signal });
    if (!answer.ok) throw new Error(answer.status === 401 ? "You are signed out: sign in in another tab." : "The pictures cannot be listed just now.");
    const { files: found, next } = await answer.json();
    const first = list.children.length;
    list.append(...found.map(item));
    page = next;
    older.hidden = !next;
    note.textContent = list.children.length ? "" : query ? "Nothing is called that." : "No pictures yet: upload the first one.";
    if (number > 1) list.children[first]?.querySelector("button").focus();
  } catch (error) {
    if (signal.aborted) return;
    older.hidden = true;
    note.textContent = error instanceof TypeError ? "The server is away." : error.message;
  }
}

function item(file) {
  const line = document.createElement("li");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "secondary" });
  if (file.content_type.startsWith("image/")) {
    button.append(Object.assign(document.createElement("img"), { src: file.url, alt: "", loading: "lazy", width: file.width ?? 120, height: file.height ?? 90 }));
  }
  button.append(Object.assign(document.createElement("span"), { textContent: file.alt || file.filename, dir: "auto" }));
  button.addEventListener("click", () => {
    dialog.close();
    use.chosen(file);
  });
  line.append(button);
  return line;
}
