"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byKey = new Map(data.nodes.map((node, i) => [node[0], i]));
  const factsOf = data.nodes.map(() => []);
  data.facts.forEach((fact) => { factsOf[fact[0]].push(fact); if (fact[2] !== fact[0]) factsOf[fact[2]].push(fact); });
  const rows = document.getElementById("rows");
  const more = document.getElementById("more");
  const detail = document.getElementById("detail");
  const search = document.getElementById("search");
  const SHOWN = 300;
  let type = "";
  let chosen = -1;

  // Text goes in as text only: no name can become markup.
  const make = (tag, style, text) => {
    const element = document.createElement(tag);
    if (style) element.className = style;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  function list() {
    const words = search.value.trim().toLowerCase();
    const found = [];
    data.nodes.forEach((node, i) => {
      if (type && node[2] !== type) return;
      if (words && !`${node[1]} ${node[3]} ${node[4]}`.toLowerCase().includes(words)) return;
      found.push(i);
    });
    rows.replaceChildren(...found.slice(0, SHOWN).map((i) => {
      const node = data.nodes[i];
      const row = make("tr", i === chosen ? "on" : "");
      row.dataset.key = node[0];
      const name = make("td", "", node[1]);
      if (node[3]) name.append(" ", make("small", "", node[3]));
      row.append(name, make("td", `t-${node[2]}`, data.types[node[2]] || node[2]), make("td", "", node[5]), make("td", "", node[6]));
      return row;
    }));
    more.textContent = found.length > SHOWN ? `另有 ${found.length - SHOWN} 个，请缩小搜索范围。` : found.length ? "" : "没有找到。No match.";
  }

  function pill(i) {
    const node = data.nodes[i];
    const link = make("a", `pill t-${node[2]}`, node[1]);
    link.href = "#names";
    link.dataset.key = node[0];
    return link;
  }

  function choose(key) {
    const i = byKey.get(key);
    if (i === undefined) return false;
    chosen = i;
    const node = data.nodes[i];
    const about = [data.types[node[2]] || node[2], node[4] && `代码 ${node[4]}`, node[3] && `又名 ${node[3]}`, `${node[5]} 篇报道`];
    const facts = make("ul");
    factsOf[i].forEach((fact) => {
      const item = make("li");
      const line = make("div");
      const label = fact[3] > 1 ? `${fact[1]}（${fact[3]} 篇）` : fact[1];
      line.append(pill(fact[0]), make("span", "rel", label), pill(fact[2]));
      item.append(line, make("q", "", fact[4]));
      facts.append(item);
    });
    detail.replaceChildren(make("h3", "", node[1]), make("p", "by", about.filter(Boolean).join(" · ")), facts);
    detail.scrollTop = 0;
    document.querySelectorAll("circle.on").forEach((circle) => circle.classList.remove("on"));
    document.querySelectorAll("circle[data-key]").forEach((circle) => { if (circle.dataset.key === key) circle.classList.add("on"); });
    list();
    return true;
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-key]");
    if (!target || !choose(target.dataset.key)) return;
    event.preventDefault();
    if (!target.closest("#names")) document.getElementById("names").scrollIntoView();
  });
  search.addEventListener("input", list);
  document.querySelectorAll(".tools button").forEach((button) => button.addEventListener("click", () => {
    type = button.dataset.type;
    document.querySelectorAll(".tools button").forEach((other) => other.classList.toggle("on", other === button));
    list();
  }));

  const picture = document.querySelector("svg.network");
  const whole = picture.viewBox.baseVal;
  const start = [whole.x, whole.y, whole.width, whole.height];
  let view = start.slice();
  const show = () => picture.setAttribute("viewBox", view.join(" "));
  picture.addEventListener("wheel", (event) => {
    event.preventDefault();
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
    const factor = event.deltaY < 0 ? 0.85 : 1 / 0.85;
    view = [point.x - (point.x - view[0]) * factor, point.y - (point.y - view[1]) * factor, view[2] * factor, view[3] * factor];
    show();
  }, { passive: false });
  let held = null;
  picture.addEventListener("pointerdown", (event) => { held = [event.clientX, event.clientY]; });
  window.addEventListener("pointerup", () => { held = null; });
  window.addEventListener("pointermove", (event) => {
    if (!held) return;
    const scale = 1 / picture.getScreenCTM().a;
    view[0] -= (event.clientX - held[0]) * scale;
    view[1] -= (event.clientY - held[1]) * scale;
    held = [event.clientX, event.clientY];
    show();
  });
  document.getElementById("whole").addEventListener("click", () => { view = start.slice(); show(); });

  list();
  if (data.nodes.length) choose(data.nodes[0][0]);
})();
