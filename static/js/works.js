// The newest syntax that the scripts here use (ES2020: Chromium 80, 360 Safe Browser 13, WPS 2021). Where it is not
// understood, or a script before this one was not loaded, the notice that this removes stays and is seen.
(() => {
  "use strict";
  document.querySelector("[data-scripts-note]")?.remove();
})();
