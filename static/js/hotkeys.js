// Keys for people who type all day: data-hotkey="alt+s" on a button or link clicks it, on a field focuses it.
// Each is shown beside the control's text and told to screen readers.
(() => {
  "use strict";
  const controls = () => [...document.querySelectorAll("[data-hotkey]")];

  const combination = (event) =>
    [event.ctrlKey && "ctrl", event.altKey && "alt", event.shiftKey && "shift", keyOf(event)]
      .filter(Boolean)
      .join("+");

  // With Alt held some keyboards type another sign; the key's place tells the letter. So it does of the slash, which
  // is another sign in Chinese.
  function keyOf(event) {
    if (event.code === "Slash") return "/";
    const letter = /^(?:Key|Digit)(.)$/.exec(event.code || "");
    return (letter ? letter[1] : event.key).toLowerCase();
  }

  const isTyping = (target) =>
    target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);

  const isField = (control) => ["INPUT", "TEXTAREA", "SELECT"].includes(control.tagName);

  const label = (control) => {
    const keys = control.dataset.hotkey;
    control.setAttribute("aria-keyshortcuts", keys.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()));
    if (isField(control) || control.querySelector(".hotkey")) return;
    const hint = document.createElement("kbd");
    hint.className = "hotkey";
    hint.setAttribute("aria-hidden", "true");
    hint.textContent = keys.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
    control.append(hint);
  };

  controls().forEach(label);
  document.body.addEventListener("htmx:afterSwap", () => controls().forEach(label));
  document.addEventListener("page:changed", () => controls().forEach(label));

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat || !event.key) return;
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
    if (plain && isTyping(event.target)) return;
    const keys = combination(event);
    const control = controls().find(
      (candidate) => candidate.dataset.hotkey === keys && !candidate.disabled && candidate.offsetParent,
    );
    if (!control) return;
    event.preventDefault();
    if (isField(control) && control.type !== "submit") control.focus();
    else control.click();
  });
})();
