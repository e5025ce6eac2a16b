// The slug follows the title, as the server would make it, until somebody writes another one or the post is public.
export function suggestSlug(form) {
  const { title, slug } = form.elements;
  if (!title || !slug || form.dataset.slug !== "follows") return;
  // What stands there and is not what the title gives was chosen.
  let follows = !slug.value || form.dataset.post !== "";
  let timer, request;
  slug.addEventListener("input", () => { follows = !slug.value; });
  title.addEventListener("input", () => {
    clearTimeout(timer);
    if (follows) timer = setTimeout(suggest, 300);
  });
  if (title.value && !slug.value) suggest();

  async function suggest() {
    request?.abort();
    request = new AbortController();
    const query = new URLSearchParams({ title: title.value, post: form.dataset.post });
    try {
      const answer = await fetch(`/admin/posts/slug?${query}`, { headers: { accept: "application/json" }, signal: request.signal });
      if (!answer.ok || !follows) return;
      slug.value = (await answer.json()).slug;
    } catch { /* Left empty, the server makes it at saving. */ }
  }
}
