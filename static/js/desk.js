// An opinion's action panel and the desks: refusals are shown where the form stood, and keys walk through rows.
(() => {
  "use strict";
  // 409 (somebody was first) and 422 (to be corrected) bring a page of their own; htmx would drop it.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if ([409, 422].includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  document.body.addEventListener("htmx:afterSwap", () => {
    const panel = document.getElementById("act");
    if (!panel || !panel.childElementCount || panel.dataset.seen) return;
    panel.dataset.seen = "1";
    const wrong = panel.querySelector(".error-summary") || panel.querySelector("[role=alert]");
    if (!wrong) panel.scrollIntoView({ block: "nearest" });
    const first = wrong || panel.querySelector("form :is(input:not([type=hidden]), select, textarea)");
    if (!first) return;
    if (first === wrong) first.tabIndex = -1;
    first.focus({ preventScroll: true });
    // A long panel came back where its button stood, far below what is wrong with it.
    wrong?.scrollIntoView({ block: "center" });
  });

  // With the number shown the call begins: what the citizen says can be typed without a click. Not on a phone, whose
  // keyboard would cover the page.
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "call-who" || !window.matchMedia("(hover: hover)").matches) return;
    document.querySelector("#act textarea")?.focus();
  });

  document.addEventListener("click", (event) => {
    const cancel = event.target.closest("[data-act-cancel]");
    const panel = document.getElementById("act");
    // On the opinion's own page the panel just closes; as a page of its own the link leads back.
    if (!cancel || !panel || !document.querySelector("[data-act]")) return;
    event.preventDefault();
    const empty = document.createElement("div");
    empty.id = "act";
    panel.replaceWith(empty);
    document.querySelector("[data-act]").focus();
  });

  // j and k go from row to row, Enter takes the row's main way, o opens its other way, u undoes what was done last.
  // A key that is held down counts once: a row must be seen before it is dealt with.
  const rows = () => [...document.querySelectorAll("[data-desk-row]")];
  const held = new Set();
  document.addEventListener("keydown", (event) => {
    held.add(event.code);
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    const all = rows();
    const here = all.indexOf(event.target.closest("[data-desk-row]"));
    const key = event.key.toLowerCase(); // CapsLock may be on
    if (key === "j" || key === "k") {
      const next = all[here < 0 ? 0 : here + (key === "j" ? 1 : -1)];
      if (next) next.focus();
    } else if (key === "enter" && event.target.matches("[data-desk-row]")) {
      event.preventDefault();
      event.target.querySelector("[data-desk-main]")?.click();
    } else if (key === "o" && here >= 0) {
      all[here].querySelector("[data-desk-other]")?.click();
    } else if (key === "u") {
      [...document.querySelectorAll("[data-undo] button")].pop()?.click();
    }
  });

  // The focus goes on when no key is down any more.
  let waiting = null;
  const goOn = (row) => {
    waiting = row;
    if (held.size || !row) return;
    waiting = null;
    row.focus();
  };
  document.addEventListener("keyup", (event) => {
    held.delete(event.code);
    goOn(waiting);
  });
  window.addEventListener("blur", () => held.clear());

  // What was just done can be undone for a minute; then the button goes.
  document.body.addEventListener("htmx:afterSettle", (event) => {
    const undo = event.detail.elt.querySelector?.("[data-undo]");
    if (undo) setTimeout(() => undo.remove(), 60_000);
  });

  // A row that was dealt with hands the focus to the next one, so that the keys go on working; one that was taken
  // back keeps it.
  document.body.addEventListener("htmx:afterSettle", (event) => {
    const done = event.detail.elt;
    if (done.matches?.("[data-desk-row]")) return goOn(done);
    if (!done.matches?.(".desk-row-done")) return;
    goOn(after(done));
  });

  const after = (row) => {
    let next = row.nextElementSibling;
    while (next && !next.matches("[data-desk-row]")) next = next.nextElementSibling;
    return next;
  };

  // Who decides one on its own page finds the next one in focus on the way back.
  const NEXT = "desk-next";
  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-desk-leave]")?.closest("[data-desk-row]");
    if (row) sessionStorage.setItem(NEXT, `${row.id} ${after(row)?.id || ""}`);
  });
  if (rows().length) {
    const [left, next] = (sessionStorage.getItem(NEXT) || "").split(" ");
    sessionStorage.removeItem(NEXT);
    if (left) (document.getElementById(left) || document.getElementById(next) || rows()[0]).focus();
  }
})();
