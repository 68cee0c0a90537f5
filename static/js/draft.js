// Keeps what is typed into a form in this browser until it is saved, so that a lost line, an ended login or a closed
// window loses nothing: one draft for each person, form and window. Drafts are personal data: a day at most, gone at
// logout; a citizen's end with the window, because the computer may be anybody's.
//
// Kept are all forms that are sent and typed into; `data-draft-key` names one, `data-no-draft` leaves one out. Each is
// marked with `data-kept`, by which send.js knows it too.
(() => {
  "use strict";
  const PREFIX = "draft:";
  const DAY = 24 * 60 * 60 * 1000;
  const SKIPPED = ["hidden", "password", "file", "submit", "button", "reset", "image"];
  const TYPED = "textarea, input:is([type=text], [type=tel], [type=email], [type=number], [type=date], :not([type]))";
  const person = document.body.dataset.person || "";

  const fieldsOf = (form) =>
    [...form.elements].filter(
      (field) => field.name && !SKIPPED.includes(field.type) && !field.hasAttribute("data-no-draft"),
    );
  const keyOf = (form) => {
    if (form.dataset.draftKey) return form.dataset.draftKey;
    if (form.getAttribute("method") !== "post") return "";
    if (form.hasAttribute("data-no-draft") || form.hasAttribute("data-submit-many")) return "";
    if (form.querySelector("[type=password]") || !fieldsOf(form).some((field) => field.matches(TYPED))) return "";
    const { pathname, search } = new URL(form.getAttribute("action") || "", location);
    return pathname + search;
  };

  let store;
  let tab;
  try {
    const session = window.sessionStorage;
    store = person ? window.localStorage : session;
    // A window made from another one copies its name while that one is still open: it needs a name of its own.
    tab = !session.getItem("tab-open") && session.getItem("tab");
    if (!tab) session.setItem("tab", (tab = Math.random().toString(36).slice(2)));
    const open = () => session.setItem("tab-open", "1");
    open();
    window.addEventListener("pageshow", open);
    window.addEventListener("pagehide", () => session.removeItem("tab-open"));
  } catch {
    store = null; // Storage is forbidden in this browser: forms work, only without drafts.
  }

  const nameOf = (key, where = tab) => `${PREFIX}${person}:${key}:${where}`;
  const ours = () => (store ? Object.keys(store).filter((name) => name.startsWith(PREFIX)) : []);
  const read = (name) => {
    try {
      return JSON.parse(store.getItem(name));
    } catch {
      return null;
    }
  };
  const drop = (name) => store && store.removeItem(name);
  const write = (name, draft) => {
    try {
      store.setItem(name, JSON.stringify(draft));
    } catch {
      // Full: the form still works.
    }
  };

  // --- what a form holds -----------------------------------------------------------------------------------
  const isChoice = (field) => field.type === "checkbox" || field.type === "radio";
  const snapshot = (form) => {
    const values = {};
    fieldsOf(form).forEach((field) => {
      const kept = (values[field.name] ||= []);
      if (field.type === "select-multiple") {
        kept.push(...[...field.selectedOptions].map((option) => option.value));
      } else if (!isChoice(field) || field.checked) kept.push(field.value);
    });
    return values;
  };
  const filesOf = (form) =>
    [...form.elements].flatMap((field) => (field.type === "file" ? [...field.files].map((file) => file.name) : []));
  const versionOf = (form) => form.elements.version?.value || "";
  const changed = (form, values) => {
    const before = states.get(form).empty;
    return Object.keys(values).filter((name) => JSON.stringify(values[name]) !== JSON.stringify(before[name]));
  };

  const fill = (form, values) => {
    fieldsOf(form).forEach((field) => {
      const kept = values[field.name];
      if (!kept) return;
      if (isChoice(field)) field.checked = kept.includes(field.value);
      else if (field.type === "select-multiple") {
        [...field.options].forEach((option) => (option.selected = kept.includes(option.value)));
      } else if (kept.length) field.value = kept[0];
    });
  };

  const showNote = (form, draft, files) => {
    const template = document.getElementById("draft-note");
    if (!template) return;
    const note = template.content.firstElementChild.cloneNode(true);
    note.querySelector("[data-draft-time]").textContent = new Date(draft.at).toLocaleTimeString(
      document.documentElement.lang,
      { hour: "2-digit", minute: "2-digit" },
    );
    note.querySelector("[data-draft-files]").hidden = !files.length;
    note.querySelector("[data-draft-names]").textContent = files.join("、");
    note.querySelector("[data-draft-discard]").addEventListener("click", () => {
      drop(nameOf(form.dataset.kept));
      fill(form, states.get(form).empty);
      note.remove();
    });
    form.prepend(note);
  };

  // --- keeping -----------------------------------------------------------------------------------------------
  const states = new Map(); // form → what it held when it came, and the timer that will save it
  let leaving = false;

  const save = (form) => {
    const state = states.get(form);
    clearTimeout(state.timer);
    state.timer = 0;
    if (leaving || !store) return;
    const values = snapshot(form);
    const files = filesOf(form);
    const names = changed(form, values);
    const name = nameOf(form.dataset.kept);
    if (!names.length && !files.length) return drop(name);
    write(name, { at: Date.now(), values, files, changed: names, version: versionOf(form) });
  };

  const restore = (form, draft) => {
    // Somebody else changed the matter since: only what was typed here comes back, over what it says now.
    const since = (draft.version || "") !== versionOf(form);
    const values = since && draft.changed
      ? Object.fromEntries(draft.changed.map((name) => [name, draft.values[name]]))
      : draft.values;
    const files = (draft.files || []).filter((name) => !filesOf(form).includes(name));
    if (!changed(form, values).length && !files.length) return;
    fill(form, values);
    showNote(form, draft, files);
    form.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true, detail: { values } }));
  };

  const keep = (form) => {
    const key = keyOf(form);
    if (!key || states.has(form)) return;
    form.dataset.kept = key;
    // A form that came back with errors already holds what was typed last, all of it unsaved.
    const cameBack = form.querySelector(".error-summary, .is-invalid, .error");
    states.set(form, { empty: cameBack ? {} : snapshot(form), timer: 0 });
    if (!store || cameBack) return;
    const draft = read(nameOf(key));
    if (draft) restore(form, draft);
    else adopt(form, key);
  };
  const keepAll = () => {
    [...states.keys()].forEach((form) => form.isConnected || states.delete(form));
    document.querySelectorAll("form").forEach(keep);
  };

  // --- other windows -----------------------------------------------------------------------------------------
  // The draft of a window that is gone is taken over; one that still shows the form says so, and keeps its own.
  const talk = person && window.BroadcastChannel ? new BroadcastChannel("drafts") : null;
  const asked = new Map(); // name → how to stop taking it over
  talk?.addEventListener("message", ({ data }) => {
    if (data.mine) return asked.get(data.mine)?.();
    const open = [...states.keys()].some((form) => form.isConnected && nameOf(form.dataset.kept) === data.whose);
    if (open) talk.postMessage({ mine: data.whose });
  });
  const adopt = (form, key) => {
    const start = nameOf(key, "");
    ours()
      .filter((name) => name.startsWith(start) && !name.slice(start.length).includes(":"))
      .forEach((name) => {
        const take = setTimeout(() => {
          asked.delete(name);
          const draft = read(name);
          if (!draft || !form.isConnected || changed(form, snapshot(form)).length) return;
          drop(name);
          write(nameOf(key), draft);
          restore(form, draft);
        }, talk ? 250 : 0);
        asked.set(name, () => clearTimeout(take));
        talk?.postMessage({ whose: name });
      });
  };

  // --- when drafts end ---------------------------------------------------------------------------------------
  // Old ones, and those of whoever used this computer before.
  ours().forEach((name) => {
    const draft = read(name);
    const strange = person && !name.startsWith(`${PREFIX}${person}:`);
    if (!draft || strange || Date.now() - draft.at > DAY) drop(name);
  });
  // What was sent is dropped by the page that came after it, unless that one says what went wrong.
  document.querySelectorAll("[data-draft-saved]").forEach((mark) => drop(nameOf(mark.dataset.draftSaved)));
  const refused = document.querySelector(".messages :is(.notice-error, .notice-warning)");
  ours()
    .filter((name) => name.endsWith(`:${tab}`) && read(name).sent)
    .forEach((name) => (refused ? write(name, { ...read(name), sent: false }) : drop(name)));
  document.addEventListener("form:sent", ({ detail: { form, answered } }) => {
    if (!states.has(form)) return;
    clearTimeout(states.get(form).timer);
    states.delete(form);
    const name = nameOf(form.dataset.kept);
    const draft = store && read(name);
    if (draft && answered) drop(name);
    else if (draft) write(name, { ...draft, sent: true });
  });
  document.addEventListener("submit", ({ target }) => {
    if (!target.hasAttribute("data-logout")) return;
    leaving = true;
    ours().forEach(drop);
  });

  const typed = (wait) => ({ target }) => {
    const form = target.form;
    const state = form && states.get(form);
    if (!state) return;
    clearTimeout(state.timer);
    state.timer = setTimeout(() => save(form), wait);
  };
  document.addEventListener("input", typed(400));
  document.addEventListener("change", ({ target }) => states.has(target.form) && save(target.form));
  window.addEventListener("pagehide", () => states.forEach((state, form) => state.timer && save(form)));

  // After the page's other scripts, which want to know what came back.
  document.addEventListener("DOMContentLoaded", keepAll);
  document.addEventListener("htmx:load", keepAll);
  document.addEventListener("page:changed", keepAll);
})();
