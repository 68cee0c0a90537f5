// The navigation drawer on narrow screens. Without this file the menu still opens, by its :target.
(() => {
  "use strict";
  const menu = document.getElementById("menu");
  const nav = document.getElementById("site-nav");
  if (!menu || !nav) return;

  menu.setAttribute("role", "button");
  const show = (open) => {
    document.body.classList.toggle("nav-open", open);
    menu.setAttribute("aria-expanded", String(open));
    if (open) (nav.querySelector("[aria-current]") || nav.querySelector("a")).focus();
    else menu.focus();
  };
  const isOpen = () => document.body.classList.contains("nav-open");

  menu.setAttribute("aria-expanded", "false");
  menu.addEventListener("click", (event) => {
    event.preventDefault();
    show(!isOpen());
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === " ") {
      event.preventDefault();
      show(!isOpen());
    }
  });
  document.querySelectorAll(".sidenav-close, .sidenav-shade").forEach((link) => {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      show(false);
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen()) show(false);
  });
})();
