// The list of posts and the dashboard: what an editor of this browser could not send goes to the server, and is told.
import { gather } from "./recover.js";

const found = await gather(document.body.dataset.user);
if (found.length) {
  let box = document.querySelector(".messages");
  if (!box) {
    box = Object.assign(document.createElement("div"), { className: "messages" });
    document.querySelector("main > .head").after(box);
  }
  const line = document.createElement("p");
  line.setAttribute("role", "status");
  line.append("Found in this browser: something that was typed, but never sent. ", Object.assign(document.createElement("a"), { href: "/admin/posts/unsaved", textContent: "Show" }));
  box.append(line);
}
