// Says when the line drops and when it is back; drafts (draft.js) keep what is typed meanwhile, and what is sent waits
// (send.js).
(() => {
  "use strict";
  const part = (name) => document.querySelector(`#line [data-line=${name}]`);
  const show = (name, shown) => part(name) && (part(name).hidden = !shown);

  const drop = () => {
    show("lost", true);
    show("back", false);
  };
  window.addEventListener("offline", drop);
  window.addEventListener("online", () => {
    if (!part("lost") || part("lost").hidden) return;
    show("lost", false);
    show("back", true);
    setTimeout(() => show("back", false), 6000);
  });
  if (navigator.onLine === false) drop();

  // The computer may be online and the server out of reach: requests are the first to notice.
  document.body.addEventListener("htmx:sendError", drop);
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && part("lost") && !part("lost").hidden) window.dispatchEvent(new Event("online"));
  });
})();
