"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const form = one(".filters");
  const scenarios = all(".scenario");
  const features = all(".feature");
  const none = one(".none");

  // What is shown stands in the address: it can be sent to somebody, and the browser's back goes back.
  const NAMES = ["q", "tag", "status", "feature", "provider"];
  const asked = () => new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");

  // Of a large run, the details are packed.
  let details = [];
  const unpacked = (async () => {
    const packed = one("#packed");
    if (!packed) return;
    const bytes = Uint8Array.from(atob(packed.textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    details = (await new Response(stream).text()).split("<!---->");
  })();
  const fill = (scenario) => {
    const body = scenario.querySelector(".body[data-packed]");
    if (!body || !details.length) return;
    body.innerHTML = details[body.dataset.packed];
    body.removeAttribute("data-packed");
  };
  for (const scenario of scenarios) {
    scenario.addEventListener("toggle", () => { if (scenario.open) unpacked.then(() => fill(scenario)); });
  }

  const texts = new Map();
  const text = (scenario) => {
    if (!texts.has(scenario)) {
      const body = scenario.querySelector(".body[data-packed]");
      const template = document.createElement("template");
      if (body && details.length) template.innerHTML = details[body.dataset.packed];
      texts.set(scenario, (scenario.textContent + template.content.textContent).toLowerCase());
    }
    return texts.get(scenario);
  };

  const matches = (scenario, wanted) => {
    const statuses = wanted.getAll("status");
    const words = (wanted.get("q") || "").toLowerCase().split(/\s+/).filter(Boolean);
    const tag = wanted.get("tag");
    const feature = wanted.get("feature");
    const provider = wanted.get("provider");
    return (
      (!statuses.length || statuses.some((status) => scenario.classList.contains(status))) &&
      (!tag || scenario.dataset.tags.split(" ").includes(tag)) &&
      (!feature || scenario.closest(".feature").dataset.feature === feature) &&
      (!provider || scenario.dataset.provider === provider) &&
      words.every((word) => text(scenario).includes(word))
    );
  };

  const apply = () => {
    const wanted = asked();
    let shown = 0;
    for (const scenario of scenarios) {
      scenario.hidden = !matches(scenario, wanted);
      if (!scenario.hidden) shown += 1;
    }
    for (const feature of features) feature.hidden = !all(".scenario:not([hidden])", feature).length;
    none.hidden = shown > 0 || !scenarios.length;
    form.querySelector("output").textContent =
      shown === scenarios.length ? `${shown} shown` : `${shown} of ${scenarios.length} shown`;
    if (document.activeElement !== form.elements.q) form.elements.q.value = wanted.get("q") || "";
    if (form.elements.tag) form.elements.tag.value = wanted.get("tag") || "";
    for (const box of all('[name="status"]', form)) box.checked = wanted.getAll("status").includes(box.value);
    const chips = ["feature", "provider"].filter((name) => wanted.get(name)).map((name) => {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.textContent = `${name}: ${wanted.get(name)} \u00d7`;
      chip.setAttribute("aria-label", `Show every ${name} again, not only ${wanted.get(name)}`);
      chip.addEventListener("click", () => { wanted.delete(name); go(wanted); });
      return chip;
    });
    one(".chips").replaceChildren(...chips);
  };

  const go = (wanted) => {
    for (const name of NAMES) if (!wanted.get(name)) wanted.delete(name);
    const hash = wanted.toString();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
    apply();
  };

  const fromForm = () => {
    const wanted = asked();
    wanted.delete("status");
    wanted.set("q", form.elements.q.value.trim());
    if (form.elements.tag) wanted.set("tag", form.elements.tag.value);
    for (const box of all('[name="status"]:checked', form)) wanted.append("status", box.value);
    go(wanted);
  };

  // A link to a scenario opens it; a link to a filter brings the reader to what is left.
  const follow = () => {
    apply();
    const hash = location.hash.slice(1);
    if (hash.includes("=")) return one("#scenarios").scrollIntoView();
    const target = /^s\d+$/.test(hash) && document.getElementById(hash);
    if (target) {
      target.open = true;
      target.querySelector("summary").focus({ preventScroll: true });
      target.scrollIntoView();
    }
  };

  const visible = () => scenarios.filter((scenario) => !scenario.hidden);
  const move = (step, list) => {
    if (!list.length) return;
    const here = document.activeElement && document.activeElement.closest(".scenario");
    let index = list.indexOf(here);
    if (index < 0 && here) {
      // Between two of them: the next one in this direction.
      const place = scenarios.indexOf(here);
      const after = list.findIndex((scenario) => scenarios.indexOf(scenario) > place);
      index = after < 0 ? list.length - (step > 0 ? 1 : 0) : after - (step > 0 ? 1 : 0);
    } else if (index < 0 && step < 0) {
      index = list.length;
    }
    const next = list[Math.min(Math.max(index + step, 0), list.length - 1)];
    next.querySelector("summary").focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const open = (state) => { for (const scenario of visible()) scenario.open = state; };

  const root = document.documentElement;
  const remember = (theme) => { try { localStorage.setItem("mtv-bdd-theme", theme); } catch { /* a page from a file may not */ } };
  const remembered = () => { try { return localStorage.getItem("mtv-bdd-theme"); } catch { return null; } };
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const theme = () => { root.dataset.theme = dark() ? "light" : "dark"; remember(root.dataset.theme); };
  if (remembered()) root.dataset.theme = remembered();

  const help = one("#help");
  const red = (scenario) => scenario.matches(".failed, .unfinished");
  const onlyRed = () => {
    const wanted = asked();
    const narrow = !wanted.getAll("status").length;
    wanted.delete("status");
    if (narrow) for (const status of ["failed", "unfinished"]) wanted.append("status", status);
    go(wanted);
  };
  const keys = {
    "/": () => form.elements.q.focus(),
    j: () => move(1, visible()),
    k: () => move(-1, visible()),
    n: () => move(1, visible().filter(red)),
    e: () => open(true),
    c: () => open(false),
    f: onlyRed,
    t: theme,
    "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    const typing = event.target.matches("input[type=search], select, textarea");
    if (event.key === "Escape") {
      if (typing) { event.target.blur(); form.elements.q.value = ""; }
      return go(new URLSearchParams());
    }
    if (event.key === "Enter" && event.target === form.elements.q) {
      event.preventDefault();
      return move(1, visible());
    }
    if (typing || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", fromForm);
  one("#expand").addEventListener("click", () => open(true));
  one("#collapse").addEventListener("click", () => open(false));
  one("#theme").addEventListener("click", theme);
  one("#help-open").addEventListener("click", () => help.showModal());
  addEventListener("hashchange", follow);

  // Paper cannot be clicked: what went wrong is printed open.
  let printed = [];
  addEventListener("beforeprint", () => {
    printed = visible().filter((scenario) => red(scenario) && !scenario.open);
    for (const scenario of printed) { fill(scenario); scenario.open = true; }
  });
  addEventListener("afterprint", () => { for (const scenario of printed) scenario.open = false; });

  follow();
  unpacked.then(() => { texts.clear(); if (asked().get("q")) apply(); });
})();
