// Keys, drafts and the neighbours of a case. Everything here can also be done without it.
"use strict";
(() => {
  const typing = (element) => element.closest("input:not([type=checkbox]), textarea, select") !== null;
  const rows = () => [...document.querySelectorAll("a.row")];
  const storage = {
    read(key) { try { return sessionStorage.getItem(key); } catch { return null; } },
    write(key, value) { try { sessionStorage.setItem(key, value); } catch { /* full, or switched off */ } },
    remove(key) { try { sessionStorage.removeItem(key); } catch { /* switched off */ } },
    keys() { try { return Object.keys(sessionStorage); } catch { return []; } },
  };

  // The order of the list that somebody came from: addresses of cases, nothing of what is in them.
  if (rows().length > 0) storage.write("list", JSON.stringify(rows().map((row) => row.pathname)));
  const neighbours = document.querySelectorAll("[data-neighbour]");
  if (neighbours.length > 0) {
    const list = JSON.parse(storage.read("list") ?? "[]");
    const here = list.indexOf(location.pathname.split("/").slice(0, 4).join("/"));
    for (const link of neighbours) {
      const other = here < 0 ? undefined : list[here + Number(link.dataset.neighbour)];
      if (other) { link.href = other; link.hidden = false; }
    }
  }

  // What was typed survives a lost connection and a reload; it goes with the step, and with the tab.
  const page = document.querySelector("[data-case]");
  if (page) {
    const prefix = `draft ${page.dataset.case} `;
    if (page.dataset.done) {
      storage.keys().filter((key) => key.startsWith(`${prefix}${page.dataset.done} `)).forEach(storage.remove);
    }
    for (const form of page.querySelectorAll("form[data-draft]")) {
      for (const field of form.querySelectorAll("textarea, input:not([type=hidden]):not([type=checkbox])")) {
        const key = `${prefix}${form.dataset.draft} ${field.name}`;
        const kept = storage.read(key);
        if (kept && !field.value) { field.value = kept; form.closest("details").open = true; }
        field.addEventListener("input", () => storage.write(key, field.value));
      }
    }
  }

  const take = (element) => {
    const outer = element.parentElement?.closest("details");
    if (outer) outer.open = true;
    if (element.matches("details")) {
      element.open = true;
      (element.querySelector("form textarea, form input:not([type=hidden]), form select, form button")
        ?? element.querySelector("summary")).focus();
    } else if (element.matches("a")) {
      element.click();
    } else {
      element.focus();
    }
    element.scrollIntoView({ block: "nearest" });
  };

  const move = (by) => {
    const all = rows();
    if (all.length === 0) return false;
    const at = all.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1);
    all[next].focus();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.metaKey) return;
    const target = event.target;
    if (event.key === "Enter" && event.ctrlKey && target.form) {
      event.preventDefault();
      target.form.requestSubmit();
      return;
    }
    if (event.ctrlKey) return;
    if (event.key === "Escape") { target.blur(); return; }
    if (typing(target)) return;
    if ((event.key === "j" && move(1)) || (event.key === "k" && move(-1))) { event.preventDefault(); return; }
    if (event.key === "x") {
      const box = document.activeElement?.closest("tr")?.querySelector("input[type=checkbox]");
      if (box) { box.checked = !box.checked; event.preventDefault(); }
      return;
    }
    if (event.key === "f") {
      const filter = document.querySelector(".filters select");
      if (filter) { filter.focus(); event.preventDefault(); }
      return;
    }
    const element = [...document.querySelectorAll("[data-key]")]
      .find((one) => one.dataset.key === event.key && !one.hidden);
    if (element) { event.preventDefault(); take(element); }
  });
})();
