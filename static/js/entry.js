// The entry form under the hands of somebody who types all day: Enter goes on, a draft that came back is complete.
(() => {
  "use strict";
  const SINGLE = ["text", "tel", "checkbox"];
  const entryOf = (element) => element.closest("form#entry");

  const fields = (form) =>
    [...form.elements].filter(
      (field) => field.offsetParent && !field.disabled && field.tabIndex >= 0 && field.type !== "hidden",
    );

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    const form = entryOf(field);
    const plain = event.key === "Enter" && !event.isComposing && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (!form || !plain || field.tagName !== "INPUT" || !SINGLE.includes(field.type)) return;
    event.preventDefault();
    const all = fields(form);
    const next = all[all.indexOf(field) + (event.shiftKey ? -1 : 1)];
    if (next) next.focus();
  });

  // A name that came from an earlier opinion is typing too: the draft keeps it.
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.name !== "citizen_name") return;
    const name = document.getElementById("entry").elements.citizen_name;
    name.dispatchEvent(new Event("input", { bubbles: true }));
    name.focus();
  });

  // A township that a draft brought back has other studios and deputies than the page offers, so they are fetched and
  // then chosen; the hints are asked for once.
  document.addEventListener("draft:restored", ({ target: form, detail: { values } }) => {
    if (!entryOf(form)) return;
    const township = form.elements.township;
    if (township && township.tagName === "SELECT" && township.value) {
      form.addEventListener(
        "htmx:afterSettle",
        () =>
          ["studio", "deputy"].forEach((name) => {
            const value = values[name]?.[0];
            if (value && form.elements[name]) form.elements[name].value = value;
          }),
        { once: true },
      );
      window.htmx.trigger(township, "change");
    }
    ["title", "citizen_phone"].forEach((name) => window.htmx.trigger(form.elements[name], "look"));
  });
})();
