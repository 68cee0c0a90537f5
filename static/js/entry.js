// The entry form under the hands of somebody who types all day: Enter goes on, a draft that came back is complete.
(() => {
  "use strict";
  const form = document.getElementById("entry");
  if (!form) return;
  const SINGLE = ["text", "tel", "checkbox"];

  const fields = () =>
    [...form.elements].filter(
      (field) => field.offsetParent && !field.disabled && field.tabIndex >= 0 && field.type !== "hidden",
    );

  form.addEventListener("keydown", (event) => {
    const field = event.target;
    const plain = event.key === "Enter" && !event.isComposing && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (!plain || field.tagName !== "INPUT" || !SINGLE.includes(field.type)) return;
    event.preventDefault();
    const all = fields();
    const next = all[all.indexOf(field) + (event.shiftKey ? -1 : 1)];
    if (next) next.focus();
  });

  // A name that came from an earlier opinion is typing too: the draft keeps it.
  form.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.name !== "citizen_name") return;
    const name = form.elements.citizen_name;
    name.dispatchEvent(new Event("input", { bubbles: true }));
    name.focus();
  });

  // draft.js has filled the form before this file runs. A township it brought back has other studios and
  // deputies than the page offers, so they are fetched and then chosen; the hints are asked for once.
  const restored = () => {
    const kept = JSON.parse(localStorage.getItem(`draft:${document.body.dataset.person}:${form.dataset.draftKey}`));
    const township = form.elements.township;
    if (township && township.tagName === "SELECT" && township.value) {
      form.addEventListener(
        "htmx:afterSettle",
        () =>
          ["studio", "deputy"].forEach((name) => {
            const value = kept && kept.values[name] && kept.values[name][0];
            if (value && form.elements[name]) form.elements[name].value = value;
          }),
        { once: true },
      );
      window.htmx.trigger(township, "change");
    }
    ["title", "citizen_phone"].forEach((name) => window.htmx.trigger(form.elements[name], "look"));
  };
  document.addEventListener("DOMContentLoaded", () => {
    if (form.querySelector(".draft-note")) restored();
  });
})();
