// What the page does beyond Gradio: its language, its address, links from a marker to its source, names for readers of
// the screen. The other scripts hang what they do on `planqa`.
(() => {
  document.documentElement.lang = "zh-CN";
  let wished = "";
  const planqa = (window.planqa = {
    // An event of the server's, by its hidden button, with what it is to get.
    send(button, wish, tries = 600) {
      const there = document.getElementById(button);
      if (!there && tries) return requestAnimationFrame(() => planqa.send(button, wish, tries - 1));
      wished = JSON.stringify(wish);
      return there?.click();
    },
    wish() {
      return wished;
    },
    ask(question, documents, understood) {
      planqa.show("ask");
      planqa.send("pq-wanted", { question, documents, understood });
    },
    show(tab) {
      document.getElementById(`pq-tab-${tab}-button`)?.click();
    },
    // After every change of the page, at most once a frame.
    onChange(act) {
      let due = false;
      new MutationObserver(() => {
        if (due) return;
        due = true;
        requestAnimationFrame(() => {
          due = false;
          act();
        });
      }).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-exchange"] });
    },
    still() {
      return matchMedia("(prefers-reduced-motion: reduce)").matches;
    },
    // Text to the clipboard, also where the page is not served over https.
    async copy(text) {
      if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
      const box = document.body.appendChild(document.createElement("textarea"));
      box.value = text;
      box.select();
      const done = document.execCommand("copy");
      box.remove();
      if (!done) throw new Error("the clipboard is closed");
    },
  });

  // The address: ?q= asks a question, ?tab= opens a tab, &doc=&at= a document at a place.
  const go = (address) => {
    const asked = new URLSearchParams(address);
    planqa.show(asked.get("tab") ?? "ask");
    return planqa.read(asked.get("doc"), asked.get("at"));
  };
  planqa.visit = (address) => {
    history.pushState(null, "", address);
    go(address);
  };
  addEventListener("popstate", () => go(location.search));
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="?"]');
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      planqa.visit(link.getAttribute("href"));
    }
    const tab = event.target.closest?.('[role="tab"][id^="pq-tab-"]');
    if (tab && event.isTrusted) {
      const name = tab.id.slice("pq-tab-".length, -"-button".length);
      history.replaceState(null, "", name === "ask" ? location.pathname : `?tab=${name}`);
      planqa.read(null);
    }
  });
  const opened = new MutationObserver(() => {
    if (!document.querySelector("#pq-box textarea")) return;
    opened.disconnect();
    setTimeout(() => {
      const asked = new URLSearchParams(location.search);
      if (!asked.get("q")) {
        planqa.resume();
        if (location.search) go(location.search);
        return;
      }
      history.replaceState(null, "", location.pathname); // asked once: not again on a reload or on the way back
      planqa.startAnew();
      planqa.ask(asked.get("q"), asked.getAll("d"), asked.get("u") ?? "");
    });
  });
  opened.observe(document, { childList: true, subtree: true });

  // Markers and their cards: lit on hover and on focus, jumped to on click.
  const cardOf = (event) => {
    const marker = event.target.closest?.("a.pq-marker");
    return marker && document.getElementById(marker.getAttribute("href").slice(1));
  };
  const light = (event) => {
    const card = cardOf(event);
    document.querySelectorAll(".pq-lit").forEach((other) => other !== card && other.classList.remove("pq-lit"));
    if (!card || card.classList.contains("pq-lit")) return;
    card.classList.add("pq-lit");
    const side = document.getElementById("pq-sources");
    if (side.scrollHeight > side.clientHeight) card.scrollIntoView({ block: "nearest" });
  };
  for (const name of ["mouseover", "focusin"]) document.addEventListener(name, light);
  document.addEventListener("click", (event) => {
    const card = cardOf(event);
    if (!card) return;
    event.preventDefault();
    const folded = card.closest("details");
    if (folded) folded.open = true;
    document.querySelectorAll(".pq-found").forEach((other) => other.classList.remove("pq-found"));
    card.classList.add("pq-found");
    card.scrollIntoView({ block: "nearest", behavior: planqa.still() ? "auto" : "smooth" });
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
    for (const list of document.querySelectorAll('#pq-chat .examples[role="list"]')) {
      list.setAttribute("role", "group"); // its children are buttons
      list.setAttribute("aria-label", "可以这样问");
    }
  };
  new MutationObserver(rename).observe(document, { childList: true, subtree: true });
})();
