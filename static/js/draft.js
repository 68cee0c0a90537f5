// Keeps what is typed into a form[data-draft-key] in this browser until it is saved, so that a lost line or a
// closed window loses nothing. Drafts are personal data: kept per person, a day at most, gone at logout.
(() => {
  "use strict";
  const PREFIX = "draft:";
  const DAY = 24 * 60 * 60 * 1000;
  const person = document.body.dataset.person || "";

  let store;
  try {
    store = window.localStorage;
    store.getItem(PREFIX);
  } catch {
    return; // Storage is forbidden in this browser: forms work, only without drafts.
  }

  const nameOf = (key) => `${PREFIX}${person}:${key}`;
  const ours = () => Object.keys(store).filter((name) => name.startsWith(PREFIX));
  let leaving = false;
  const read = (name) => {
    try {
      return JSON.parse(store.getItem(name));
    } catch {
      return null;
    }
  };

  // Old ones, and those of whoever used this computer before. Without a person (logged out) they stay: an idle
  // logout must not lose what was typed.
  ours().forEach((name) => {
    const draft = read(name);
    const strange = person && !name.startsWith(`${PREFIX}${person}:`);
    if (!draft || strange || Date.now() - draft.at > DAY) store.removeItem(name);
  });

  document.querySelectorAll("[data-draft-saved]").forEach((mark) => {
    store.removeItem(nameOf(mark.dataset.draftSaved));
  });
  document.querySelectorAll("meta[name=draft-saved]").forEach((meta) => {
    store.removeItem(nameOf(meta.content));
  });
  document.querySelectorAll("form[data-logout]").forEach((form) => {
    form.addEventListener("submit", () => {
      leaving = true;
      ours().forEach((name) => store.removeItem(name));
    });
  });

  const SKIPPED = ["hidden", "password", "file", "submit", "button", "reset", "image"];
  const fieldsOf = (form) =>
    [...form.elements].filter(
      (field) => field.name && !SKIPPED.includes(field.type) && !field.hasAttribute("data-no-draft"),
    );
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

  const fill = (form, values) => {
    fieldsOf(form).forEach((field) => {
      const kept = values[field.name];
      if (!kept) return;
      if (isChoice(field)) field.checked = kept.includes(field.value);
      else if (field.type === "select-multiple") {
        [...field.options].forEach((option) => (option.selected = kept.includes(option.value)));
      } else if (kept.length) field.value = kept[0];
    });
    form.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true }));
  };

  const showNote = (form, draft, discard) => {
    const template = document.getElementById("draft-note");
    if (!template) return;
    const note = template.content.firstElementChild.cloneNode(true);
    const time = new Date(draft.at);
    note.querySelector("[data-draft-time]").textContent =
      time.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    note.querySelector("[data-draft-discard]").addEventListener("click", () => {
      discard();
      note.remove();
    });
    form.prepend(note);
  };

  const keep = (form) => {
    const name = nameOf(form.dataset.draftKey);
    const empty = snapshot(form);
    const draft = read(name);
    const same = (values) => JSON.stringify(values) === JSON.stringify(empty);
    // A form that came back with errors already holds what was typed last.
    const cameBack = form.querySelector(".error-summary, .is-invalid");
    if (draft && !cameBack && !same(draft.values)) {
      fill(form, draft.values);
      showNote(form, draft, () => {
        store.removeItem(name);
        fill(form, empty);
      });
    }
    let timer;
    const save = () => {
      clearTimeout(timer);
      if (leaving) return;
      const values = snapshot(form);
      if (same(values)) return store.removeItem(name);
      try {
        store.setItem(name, JSON.stringify({ at: Date.now(), values }));
      } catch {
        // Full: the form still works.
      }
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(save, 400);
    });
    form.addEventListener("change", save);
    window.addEventListener("pagehide", () => timer && save());
  };

  document.querySelectorAll("form[data-draft-key]").forEach(keep);
})();
