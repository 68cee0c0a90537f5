// A second click does not send a form twice. Downloads opt out with data-submit-many.
(() => {
  "use strict";
  const GIVE_UP = 15000; // ms after which the button works again, should no page have come back

  const buttonsOf = (form) =>
    [...form.elements].filter((element) => element.type === "submit");

  const release = (form) => {
    form.removeAttribute("aria-busy");
    buttonsOf(form).forEach((button) => {
      if (button.dataset.held) {
        button.disabled = false;
        button.classList.remove("is-busy");
        delete button.dataset.held;
      }
    });
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.hasAttribute("data-submit-many")) return;
    if (form.method !== "post") return;
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
    // After this turn: a disabled button would not be sent, and its name tells which action was meant.
    setTimeout(() => {
      buttonsOf(form).forEach((button) => {
        if (button.disabled) return;
        button.dataset.held = "1";
        button.disabled = true;
        if (button === event.submitter) button.classList.add("is-busy");
      });
    });
    setTimeout(() => release(form), GIVE_UP);
  });

  // An answer that came into the page (send.js).
  document.addEventListener("form:answered", ({ detail }) => release(detail.form));

  // A page that comes back out of the browser's history has its buttons as they were left.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[aria-busy]").forEach(release);
  });
})();
