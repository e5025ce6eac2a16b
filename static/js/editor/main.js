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
  // Only who pastes needs it.
  import("../../vendor/paste-markdown-1.5.3/bundle.js").then(({ installHTML, installLink, installTable }) => {
    for (const install of [installTable, installLink, installHTML]) install(text);
  });
}
