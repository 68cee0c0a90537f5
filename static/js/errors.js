// A form that came back with errors shows them first, wherever on the page it stands.
(() => {
  "use strict";
  const summary = document.querySelector(".error-summary[tabindex]");
  if (summary) summary.focus();
})();
