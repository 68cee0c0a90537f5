// Input methods: while Chinese is being composed, keys and input belong to the input method. The Enter or Escape that
// ends a composition arrives as keyCode 229, on some systems after `compositionend`, when `isComposing` is false again.
// Loaded before all other scripts; written for every browser that runs any of them (ES5).
(function () {
  "use strict";
  var IN_COMPOSITION = 229;
  var stop = function (event) {
    if (event.isComposing || event.keyCode === IN_COMPOSITION) event.stopImmediatePropagation();
  };
  window.addEventListener("keydown", stop, true);
  window.addEventListener("keyup", stop, true);
  // A search asks when the words are chosen, not for each letter of their spelling.
  window.addEventListener(
    "input",
    function (event) {
      if (event.isComposing) event.stopImmediatePropagation();
    },
    true,
  );
  window.addEventListener(
    "compositionend",
    function (event) {
      var field = event.target;
      setTimeout(function () {
        field.dispatchEvent(new Event("input", { bubbles: true }));
      });
    },
    true,
  );
})();
