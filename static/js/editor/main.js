// The editor. The page is a whole form without any of this; each module adds one thing to it.
import { keepDrafts } from "./drafts.js";
import { keepPictures } from "./pictures.js";
import { keepPreview } from "./preview.js";
import { suggestSlug } from "./slug.js";
import { installTools } from "./tools.js";

const form = document.querySelector("form[data-editor]");
const text = form?.elements.content;
if (text instanceof HTMLTextAreaElement) {
  suggestSlug(form);
  keepDrafts(form);
  keepPreview(form, text);
  installTools(form, text);
  keepPictures(form, text);
  // Who does not write pastes nothing.
  text.addEventListener("focus", async () => {
    const { installHTML, installLink, installTable } = await import("../../vendor/paste-markdown-1.5.3/bundle.js");
    for (const install of [installTable, installLink, installHTML]) install(text);
  }, { once: true });
}
