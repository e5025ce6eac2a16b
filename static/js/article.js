// A long syllabus opens at the lesson being read; browsers with scroll-initial-target need no help.
const here = document.querySelector(".sticky [aria-current]");
if (here && !CSS.supports("scroll-initial-target", "nearest")) {
  const box = here.closest(".sticky");
  box.scrollTop = here.offsetTop - box.offsetTop - box.clientHeight / 3;
}

// A copy button on every code block. The clipboard exists only on https and localhost: elsewhere no button.
if (navigator.clipboard) {
  for (const pre of document.querySelectorAll(".prose pre")) {
    const box = document.createElement("div");
    box.className = "code";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy this code");
    button.setAttribute("aria-live", "polite");
    let timer;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(pre.innerText.replace(/\n$/, ""));
        say("Copied");
      } catch {
        say("Press Ctrl+C");
        getSelection().selectAllChildren(pre);
      }
    });
    const say = (text) => {
      button.textContent = text;
      button.setAttribute("aria-label", text);
      clearTimeout(timer);
      timer = setTimeout(() => {
        button.textContent = "Copy";
        button.setAttribute("aria-label", "Copy this code");
      }, 2000);
    };
    pre.before(box);
    box.append(pre, button);
  }
}
