// The list's filters: addresses without empty parts, and no choice left over from another county or township.
(() => {
  "use strict";
  const form = document.getElementById("filters");
  if (!form) return;

  form.addEventListener("htmx:configRequest", (event) => {
    const { parameters } = event.detail;
    [...new Set(parameters.keys())].forEach((name) => {
      if (parameters.getAll(name).every((value) => value === "")) parameters.delete(name);
    });
  });

  const BELOW = { county: ["township", "studio", "deputy"], township: ["studio", "deputy"] };
  // Before htmx reads the form: on the way down to the field, not up from it.
  form.addEventListener(
    "change",
    (event) => {
      (BELOW[event.target.name] || []).forEach((name) => {
        const field = form.elements[name];
        if (field) field.value = "";
      });
    },
    true,
  );
})();
