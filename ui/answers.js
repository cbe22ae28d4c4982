// What stands below an answer: copies, a link, a verdict, a correction; and the follow-ups below the conversation.
(() => {
  const planqa = window.planqa;
  const parsed = new WeakMap();
  const told = new Map(); // what was said of a turn's verdict
  let followed = ""; // the exchange whose follow-ups are shown or looked for
  let looking = null;

  // The exchanges that are shown, oldest first: [{turn, record, copies}].
  planqa.exchanges = () =>
    [...document.querySelectorAll("#pq-sources .pq-data")]
      .map((part) => {
        if (parsed.get(part)?.raw !== part.dataset.exchange) {
          parsed.set(part, { raw: part.dataset.exchange, ...JSON.parse(part.dataset.exchange) });
        }
        return { turn: Number(part.dataset.turn), ...parsed.get(part) };
      })
      .sort((a, b) => a.turn - b.turn);

  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const button = (label, name, act) =>
    element("button", { type: "button", textContent: label, title: name, ariaLabel: name, onclick: act });

  const form = (label, value, submit, act) => {
    const box = element("textarea", { rows: 2, value, maxLength: 500, ariaLabel: label });
    const made = element("form", { className: "pq-form" }, box, element("button", { type: "submit", textContent: submit }));
    made.onsubmit = (event) => {
      event.preventDefault();
      act(box.value.trim());
    };
    box.onkeydown = (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) made.requestSubmit();
      if (event.key === "Escape") made.remove();
      event.stopPropagation();
    };
    return made;
  };
  const open = (bar, made) => {
    bar.querySelector(".pq-form")?.remove();
    bar.append(made);
    made.firstChild.focus();
  };

  const bar = ({ turn, record, copies, raw }) => {
    const made = element("div", { className: "pq-bar", role: "group", ariaLabel: "对这个回答" });
    const status = element("span", { className: "pq-status", role: "status", textContent: told.get(raw) ?? "" });
    const copying = (label, name, text) =>
      button(label, name, async () => {
        try {
          await planqa.copy(text());
          status.textContent = "已复制。";
        } catch {
          status.textContent = "浏览器不允许复制,请选中文字后复制。";
        }
      });
    const judging = (label, name, verdict) =>
      button(label, name, () =>
        open(
          made,
          form(`${name}:原因(可不填)`, "", "提交", async (reason) => {
            const query = new URLSearchParams({ verdict, reason });
            try {
              const reply = await fetch(`/page/feedback?${query}`, { method: "POST", body: JSON.stringify([record]) });
              told.set(raw, (await reply.json()).detail);
            } catch {
              told.set(raw, "意见没有送到,请检查网络后再试。");
            }
            status.textContent = told.get(raw);
            made.querySelector(".pq-form")?.remove();
          }),
        ),
      );
    const link = () => {
      const query = new URLSearchParams({ q: record.question });
      for (const doc of record.documents) query.append("d", doc);
      if (record.understood) query.set("u", record.understood);
      return `${location.origin}${location.pathname}?${query}`;
    };
    made.append(
      copying("复制", "复制为纯文本", () => copies.plain),
      copying("Markdown", "复制为 Markdown", () => copies.markdown),
      copying("公文脚注", "复制为带脚注的公文格式", () => copies.memo),
      copying("链接", "复制这个问题的链接", link),
      judging("赞", "回答有用", "up"),
      judging("踩", "回答有问题", "down"),
    );
    if (record.understood) {
      const correct = (understood) => understood && planqa.ask(record.question, record.documents, understood);
      made.prepend(button("更正理解", "更正对问题的理解", () => open(made, form("正确的问题", record.understood, "重新回答", correct))));
    }
    made.append(status);
    made.dataset.turn = turn;
    return made;
  };

  // What comes below an answer pushes nothing out of sight for who is looking at the end of the conversation.
  const NEAR_PX = 160;
  const atTheEnd = (act) => {
    const log = document.querySelector('#pq-chat [role="log"]');
    const near = log && log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
    act();
    if (near) requestAnimationFrame(() => log.scrollTo({ top: log.scrollHeight }));
  };

  const suggest = async (exchanges) => {
    const place = document.querySelector("#pq-more .pq-follow");
    const asking = document.querySelectorAll("#pq-chat .pq-question").length > exchanges.length;
    const last = exchanges.at(-1);
    const wanted = asking || !last ? "" : last.raw + exchanges.length;
    if (!place || wanted === followed) return;
    followed = wanted;
    looking?.abort();
    place.hidden = true;
    if (!wanted) return;
    looking = new AbortController();
    try {
      const body = JSON.stringify(exchanges.map((exchange) => exchange.record));
      const reply = await fetch("/page/follow-ups", { method: "POST", body, signal: looking.signal });
      const questions = await reply.json();
      if (wanted !== followed || !questions.length) return;
      const heading = last.record.refused ? "文件能回答的相近问题:" : "可以接着问:";
      place.replaceChildren(
        element("span", { textContent: heading }),
        ...questions.map((question) => button(question, question, () => planqa.ask(question, last.record.documents))),
      );
      atTheEnd(() => {
        place.hidden = false;
      });
    } catch {
      // no follow-ups, then
    }
  };

  planqa.onChange(() => {
    const exchanges = planqa.exchanges();
    const answers = [...document.querySelectorAll("#pq-chat .pq-answer")];
    if (answers.length === exchanges.length) {
      const bare = answers.map((answer, at) => [answer, at]).filter(([answer]) => !answer.querySelector(".pq-bar"));
      if (bare.length) atTheEnd(() => bare.forEach(([answer, at]) => answer.append(bar(exchanges[at]))));
    }
    planqa.keep?.(exchanges);
    suggest(exchanges);
  });
})();
