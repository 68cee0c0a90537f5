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
    const first =
      panel.querySelector(".error-summary") ||
      panel.querySelector("[role=alert]") ||
      panel.querySelector("form :is(input:not([type=hidden]), select, textarea)");
    panel.scrollIntoView({ block: "nearest" });
    if (!first) return;
    if (!first.matches("input, select, textarea")) first.tabIndex = -1;
    first.focus({ preventScroll: true });
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

  // j and k go from row to row, Enter takes the row's first button, o opens its other way.
  const rows = () => [...document.querySelectorAll("[data-desk-row]")];
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    const all = rows();
    const here = all.indexOf(event.target.closest("[data-desk-row]"));
    if (event.key === "j" || event.key === "k") {
      const next = all[here < 0 ? 0 : here + (event.key === "j" ? 1 : -1)];
      if (next) next.focus();
    } else if (event.key === "Enter" && event.target.matches("[data-desk-row]")) {
      event.target.querySelector("button[type=submit]")?.click();
    } else if (event.key === "o" && here >= 0) {
      all[here].querySelector("[data-desk-other]")?.click();
    } else if (event.key === "u") {
      [...document.querySelectorAll("[data-undo] button")].pop()?.click();
    }
  });

  // What was just done can be undone for a minute; then the button goes.
  document.body.addEventListener("htmx:afterSettle", (event) => {
    const undo = event.detail.elt.querySelector?.("[data-undo]");
    if (undo) setTimeout(() => undo.remove(), 60_000);
  });

  // A row that was dealt with hands the focus to the next one, so that the keys go on working.
  document.body.addEventListener("htmx:afterSettle", (event) => {
    const done = event.detail.elt;
    if (!done.matches?.(".desk-row-done")) return;
    let next = done.nextElementSibling;
    while (next && !next.matches("[data-desk-row]")) next = next.nextElementSibling;
    next?.focus();
  });
})();
