// What the page does beyond Gradio: its language, links from a marker to its source, names for screen readers.
(() => {
  document.documentElement.lang = "zh-CN";

  document.addEventListener("click", (event) => {
    const marker = event.target.closest?.("a.pq-marker");
    const card = marker && document.getElementById(marker.getAttribute("href").slice(1));
    if (!card) return;
    event.preventDefault();
    const folded = card.closest("details");
    if (folded) folded.open = true;
    document.querySelectorAll(".pq-found").forEach((other) => other.classList.remove("pq-found"));
    card.classList.add("pq-found");
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    card.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
    card.focus({ preventScroll: true });
  });

  // Gradio names each message by its HTML source, which a screen reader would read out.
  const names = { '[data-testid="user"]': "问题", '[data-testid="bot"]': "回答", '[role="log"]': "对话" };
  const rename = () => {
    for (const [selector, name] of Object.entries(names)) {
      document.querySelectorAll(`#pq-chat ${selector}:not([aria-label="${name}"])`).forEach((part) => {
        part.setAttribute("aria-label", name);
      });
    }
  };
  new MutationObserver(rename).observe(document, { childList: true, subtree: true });
})();
