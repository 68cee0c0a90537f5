// A form that came back with errors shows them first, wherever on the page it stands.
(() => {
  "use strict";
  const summary = document.querySelector(".error-summary, main > .errors");
  if (!summary) return;
  summary.tabIndex = -1;
  summary.focus();
})();
