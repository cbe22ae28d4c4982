// The reader of the tab “文件”: opens a document at a place, leads from its outline into it, finds words in it.
(() => {
  const planqa = window.planqa;
  let shown = "";

  // A tab is made when it is first opened.
  const appeared = async (selector, tries = 300) => {
    for (; tries && !document.querySelector(selector); tries -= 1) await new Promise(requestAnimationFrame);
    return document.querySelector(selector);
  };

  planqa.read = async (doc, at) => {
    if (!doc && !shown) return;
    const place = await appeared("#pq-reader .pq-place");
    if (!place) return;
    const wanted = doc ? `${doc} ${at ?? ""}` : "";
    document.body.classList.toggle("pq-reads", Boolean(doc));
    if (wanted === shown && !at) return;
    shown = wanted;
    if (!doc) {
      place.replaceChildren();
      return;
    }
    const [start, end] = (at ?? "").split("-").map((n) => Number.parseInt(n, 10) || 0);
    const query = new URLSearchParams({ start: start ?? 0, end: end ?? 0 });
    try {
      const reply = await fetch(`/page/read/${encodeURIComponent(doc)}?${query}`);
      const html = await reply.text();
      if (wanted !== shown) return;
      place.innerHTML = html; // made by the server, everything in it escaped
    } catch {
      place.textContent = "文件没有打开,请检查网络后再试。";
      shown = "";
      return;
    }
    const target = place.querySelector("mark");
    if (target) {
      target.tabIndex = -1;
      settle(target);
    } else {
      place.querySelector("h2")?.focus({ preventScroll: true });
    }
  };

  // Into view once the tab has its size.
  const settle = (target, tries = 20) => {
    if (target.getClientRects().length || !tries) {
      target.scrollIntoView({ block: "center" });
      target.focus({ preventScroll: true });
    } else {
      requestAnimationFrame(() => settle(target, tries - 1));
    }
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('.pq-outline a[href^="#at-"]');
    if (!link) return;
    event.preventDefault();
    const target = document.getElementById(link.getAttribute("href").slice(1));
    target.scrollIntoView({ block: "start", behavior: planqa.still() ? "auto" : "smooth" });
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
  });

  // Words in the text: width, case and blanks make no difference.
  const plain = (text) => [...text].map((char) => char.normalize("NFKC").toLowerCase()).map((char) => (/\s/.test(char) ? "" : char));
  const places = (root, words) => {
    const wanted = plain(words).join("");
    const found = [];
    if (!wanted) return found;
    for (const block of root.querySelectorAll("p, h2, h3, h4, h5, th, td")) {
      const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
      let text = "";
      const at = [];
      while (walker.nextNode()) {
        let offset = 0;
        for (const char of walker.currentNode.data) {
          for (const piece of plain(char).join("")) {
            at.push([walker.currentNode, offset, offset + char.length]);
            text += piece;
          }
          offset += char.length;
        }
      }
      for (let from = text.indexOf(wanted); from >= 0; from = text.indexOf(wanted, from + wanted.length)) {
        const range = document.createRange();
        const last = at[from + wanted.length - 1];
        range.setStart(at[from][0], at[from][1]);
        range.setEnd(last[0], last[2]);
        found.push(range);
      }
    }
    return found;
  };
  let ranges = [];
  let words = "";
  let position = 0;
  const find = (form, step) => {
    const now = form.querySelector("input").value;
    const text = form.closest(".pq-reading").querySelector(".pq-text");
    if (now !== words || !ranges[0]?.startContainer.isConnected) {
      words = now;
      ranges = places(text, now);
      position = step < 0 ? ranges.length - 1 : 0;
    } else {
      position = (position + step + ranges.length) % ranges.length;
    }
    const told = form.querySelector(".pq-found-count");
    told.textContent = ranges.length ? `${position + 1} / ${ranges.length}` : words.trim() ? "没有找到" : "";
    if (window.CSS?.highlights) {
      CSS.highlights.set("pq-all", new Highlight(...ranges));
      CSS.highlights.set("pq-one", new Highlight(...ranges.slice(position, position + 1)));
    }
    ranges[position]?.startContainer.parentElement.scrollIntoView({ block: "center" });
  };
  document.addEventListener("submit", (event) => {
    if (!event.target.matches?.(".pq-find")) return;
    event.preventDefault();
    find(event.target, 1);
  });
  document.addEventListener("click", (event) => {
    const before = event.target.closest?.(".pq-find-before");
    if (before) find(before.form, -1);
  });
})();
