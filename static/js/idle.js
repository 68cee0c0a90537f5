// The login lasts as long as somebody works: typing counts, not only pages. Before it ends for want of work a dialog
// asks; when it has ended the page is covered until the person logs in again (door.js). Windows count together.
(() => {
  "use strict";
  const dialog = document.getElementById("idle");
  const door = document.getElementById("door");
  if (!dialog || !door) return;
  const IDLE = Number(dialog.dataset.idle) * 1000;
  const SLACK = Math.min(60_000, IDLE / 10); // the server writes a login's use down at most this often
  const WARN = Math.min(120_000, IDLE / 4);
  const LAST = `last:${document.body.dataset.person}`;
  let last = Date.now();

  let together = true;
  const lastUse = () => {
    try {
      return Math.max(last, Number(localStorage.getItem(LAST)) || 0);
    } catch {
      together = false; // this window alone cannot know whether another one is in use
      return last;
    }
  };
  const used = () => {
    last = Date.now();
    try {
      localStorage.setItem(LAST, String(last));
    } catch {
      together = false;
    }
    if (dialog.open) dialog.close();
  };
  const needed = () => document.dispatchEvent(new CustomEvent("login:needed", { detail: {} }));

  let asking = false;
  const stay = async () => {
    if (asking || door.open) return;
    asking = true;
    const response = await fetch(door.dataset.alive, { headers: { "HX-Request": "true" } }).catch(() => null);
    asking = false;
    if (response?.ok) used();
    else if (response?.status === 401) needed();
  };

  const end = async () => {
    dialog.close();
    const form = document.querySelector("form[data-logout]");
    // The login itself must be over, not only the screen covered. Drafts stay: it is no logout by hand.
    if (form) await fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => null);
    needed();
  };

  const look = () => {
    if (door.open) return;
    const left = lastUse() + IDLE - SLACK - Date.now();
    if (left > WARN) {
      if (dialog.open) dialog.close();
    } else if (left > 0) {
      const seconds = Math.ceil(left / 1000);
      dialog.querySelector("[data-idle-left]").textContent =
        `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      if (!dialog.open) dialog.showModal();
    } else if (together && !asking) end();
  };

  document.addEventListener("input", () => Date.now() - lastUse() > SLACK && stay());
  dialog.querySelector("[data-idle-stay]").addEventListener("click", stay);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    stay();
  });
  document.body.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful && used());
  document.addEventListener("login:renewed", used);
  document.addEventListener("form:answered", ({ detail }) => detail.status && used());
  used();
  setInterval(look, 1000);
})();
