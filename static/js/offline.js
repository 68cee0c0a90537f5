// Says when the line drops and when it is back; drafts (draft.js) keep what is typed meanwhile.
(() => {
  "use strict";
  const part = (name) => document.querySelector(`#line [data-line=${name}]`);
  const lost = part("lost");
  const back = part("back");
  if (!lost || !back) return;

  const drop = () => {
    lost.hidden = false;
    back.hidden = true;
  };
  window.addEventListener("offline", drop);
  window.addEventListener("online", () => {
    if (lost.hidden) return;
    lost.hidden = true;
    back.hidden = false;
    setTimeout(() => (back.hidden = true), 6000);
  });
  if (navigator.onLine === false) drop();

  // The computer may be online and the server out of reach: htmx is the first to notice.
  document.body.addEventListener("htmx:sendError", drop);
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && !lost.hidden) window.dispatchEvent(new Event("online"));
  });
})();
