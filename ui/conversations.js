// Conversations, kept in the visitor's own browser and nowhere else; and their export.
(() => {
  const planqa = window.planqa;
  const KEY = "planqa.conversations";
  const CURRENT = "planqa.current";
  const MOST = 30;
  let changing = null; // {id, last, shown} while another conversation is being opened

  const kept = () => {
    try {
      const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
      return Array.isArray(found) ? found : [];
    } catch {
      return [];
    }
  };
  const store = (conversations) => {
    for (let most = Math.min(MOST, conversations.length); most >= 0; most -= 1) {
      try {
        localStorage.setItem(KEY, JSON.stringify(conversations.slice(0, most)));
        return;
      } catch {
        // full: without the oldest
      }
    }
  };
  const current = () => sessionStorage.getItem(CURRENT) ?? "";
  const become = (id) => sessionStorage.setItem(CURRENT, id);
  const records = () => planqa.exchanges().map((exchange) => exchange.record);

  const shown = (exchanges) => exchanges.map((exchange) => exchange.raw).join();
  const same = (record, other) => record?.question === other?.question && record?.text === other?.text;

  planqa.startAnew = () => {
    const now = shown(planqa.exchanges());
    if (now) changing = { id: "", last: undefined, shown: now };
    else become("");
    return [];
  };

  const reopen = (id) => {
    const found = kept().find((conversation) => conversation.id === id);
    if (!found) return;
    changing = { id, last: found.records.at(-1), shown: shown(planqa.exchanges()) };
    planqa.send("pq-reopened", found.records);
  };
  planqa.resume = () => reopen(current());

  planqa.keep = (exchanges) => {
    if (changing) {
      if (shown(exchanges) === changing.shown) return;
      become(same(exchanges.at(-1)?.record, changing.last) ? changing.id : "");
      changing = null;
    }
    if (!exchanges.length) return;
    const conversations = kept();
    const known = conversations.find((conversation) => conversation.id === current());
    const now = known ?? { id: `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`, records: [] };
    const before = JSON.stringify(now.records);
    for (const { turn, record } of exchanges) now.records[turn - 1] = record;
    if (JSON.stringify(now.records) === before) return;
    now.title = now.records[0].question.slice(0, 40);
    now.at = new Date().toISOString().slice(0, 10);
    become(now.id);
    store([now, ...conversations.filter((conversation) => conversation !== known)]);
    list();
  };

  const list = () => {
    const place = document.querySelector("#pq-conversations .pq-kept");
    if (!place) return;
    place.replaceChildren(
      ...kept().map(({ id, title, at }) => {
        const line = document.createElement("li");
        const open = line.appendChild(document.createElement("button"));
        const drop = line.appendChild(document.createElement("button"));
        Object.assign(open, { type: "button", textContent: title, title: at });
        Object.assign(drop, { type: "button", textContent: "删除", ariaLabel: `删除对话:${title}` });
        if (id === current()) open.setAttribute("aria-current", "true");
        open.onclick = () => {
          document.querySelector("#pq-conversations details").open = false;
          reopen(id);
        };
        drop.onclick = () => {
          store(kept().filter((conversation) => conversation.id !== id));
          if (id === current()) document.querySelector("#pq-clear").click();
          list();
        };
        return line;
      }),
    );
  };

  document.addEventListener("click", async (event) => {
    const menu = document.querySelector("#pq-conversations details");
    if (menu?.open && !menu.contains(event.target)) menu.open = false;
    if (event.target.closest?.("#pq-conversations summary")) list();
    const wanted = event.target.closest?.("[data-export]");
    if (!wanted) return;
    const told = document.querySelector("#pq-conversations .pq-hint");
    const body = records();
    if (!body.length) {
      told.textContent = "还没有对话可以导出。";
      return;
    }
    const kind = wanted.dataset.export;
    try {
      const reply = await fetch(`/page/export/${kind}`, { method: "POST", body: JSON.stringify(body) });
      if (!reply.ok) throw new Error(reply.statusText);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await reply.blob());
      link.download = `规划问答-${new Date().toISOString().slice(0, 10)}.${kind}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
      told.textContent = "已导出。";
    } catch {
      told.textContent = "没有导出成功,请稍后再试。";
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector("#pq-conversations details[open]");
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
})();
