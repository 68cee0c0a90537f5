// Sends a kept form (draft.js) without leaving the page, so that whatever happens it is still there: chosen files stay
// chosen when a field is wrong, an ended login is renewed in place, and without a line the form waits and goes out once.
(() => {
  "use strict";
  const AGAIN_AFTER = 10_000; // ms between two tries while the line is down
  const SHOW_PROGRESS = 200 * 1024; // bytes; less is gone before anybody looks
  const HERE = "[data-answered-here]"; // a part of the page that answers for itself; else main does
  const sending = new Set();
  const waiting = new Map(); // form → how to try again

  const say = (form, name, text) => {
    form.querySelector("[data-send-note]")?.remove();
    const template = name && document.getElementById(`send-${name}`);
    if (!template) return null;
    const note = template.content.firstElementChild.cloneNode(true);
    if (text) note.querySelector("[data-send-text]").textContent = text;
    (form.querySelector(".action-bar") || form.querySelector("button:not([type=button])")).before(note);
    return note;
  };
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

  const post = (form, submitter) =>
    new Promise((answered) => {
      const data = new FormData(form);
      if (submitter?.name) data.append(submitter.name, submitter.value);
      const request = new XMLHttpRequest();
      request.open("POST", form.getAttribute("action") || location.href);
      request.setRequestHeader("HX-Request", "true");
      request.setRequestHeader("HX-Target", form.closest(HERE)?.id || "main");
      let bar = null;
      request.upload.onprogress = ({ loaded, total }) => {
        if (total < SHOW_PROGRESS || waiting.has(form)) return;
        bar ||= say(form, "progress");
        const percent = Math.round((100 * loaded) / total);
        if (bar) bar.querySelector("progress").value = percent;
        if (bar) bar.querySelector("[data-send-text]").textContent = `${percent}%`;
      };
      request.upload.onload = () => (request.arrived = true);
      request.onload = request.onerror = request.ontimeout = () => answered(request);
      request.send(data);
    });

  // --- answers -----------------------------------------------------------------------------------------------
  const filesInto = (part, files) => {
    let all = true;
    files.forEach(([name, chosen]) => {
      const field = part.querySelector(`input[type=file][name="${name}"]`);
      if (field) field.files = chosen;
      all = all && field;
    });
    if (files.length && all) part.querySelectorAll("[data-choose-again]").forEach((note) => note.remove());
  };
  const filesOf = (form) =>
    [...form.elements]
      .filter((field) => field.type === "file" && field.files.length)
      .map((field) => [field.name, field.files]);

  /** Puts the answer where the form stood; false where it holds nothing that fits there. */
  const put = (form, request) => {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const part = form.closest(HERE) || document.getElementById("main");
    const come = page.getElementById(part.id);
    if (!come) return false;
    const files = filesOf(form);
    const fresh = document.importNode(come, true);
    part.replaceWith(fresh);
    if (page.title) document.title = page.title;
    // A citizen's switch for large text and contrast stands outside main, and what it switches on the root.
    const display = page.getElementById("display");
    if (display) {
      document.documentElement.className = page.documentElement.className;
      document.getElementById("display").replaceWith(document.importNode(display, true));
    }
    filesInto(fresh, files);
    window.htmx?.process(fresh);
    const asksAgain = [...fresh.querySelectorAll("form")].some((other) => nameOf(other) === nameOf(form));
    if (!asksAgain) tell("form:sent", { form, answered: true });
    tell("page:changed");
    const first = fresh.querySelector(".error-summary, .errors, [role=alert]") || fresh;
    first.tabIndex = -1;
    first.focus({ preventScroll: true });
    if (first === fresh) window.scrollTo(0, 0);
    else first.scrollIntoView({ block: "center" });
    return true;
  };
  const nameOf = (form) => form.dataset.draftKey || form.getAttribute("action");

  const headingOf = (request) =>
    new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main h1")?.textContent.trim();

  const answer = (form, submitter, request) => {
    stopWaiting(form);
    const on = request.getResponseHeader("HX-Redirect");
    if (on) {
      tell("form:sent", { form });
      const stays = new URL(on, location).href.split("#")[0] === location.href.split("#")[0];
      location.assign(on);
      if (stays) location.reload();
      return;
    }
    release(form, request);
    // 403 may be a token from before another login: it is renewed with the login, once.
    const renew = request.status === 401 || (request.status === 403 && !form.renewed && document.getElementById("door"));
    form.renewed = renew;
    if (renew) return tell("login:needed", { then: () => send(form, submitter) });
    if (request.status < 500 && ![403, 404, 413].includes(request.status) && put(form, request)) return;
    say(form, "refused", headingOf(request))?.scrollIntoView({ block: "center" });
  };

  const release = (form, request) => {
    sending.delete(form);
    tell("form:answered", { form, status: request.status });
  };

  // --- no line -------------------------------------------------------------------------------------------------
  // What may have arrived goes out again only where a second time is known for what it is.
  const knownAgain = (form) => form.querySelector("[name=submission_key], [name=version], [name=key]");

  const stopWaiting = (form) => {
    clearInterval(waiting.get(form)?.timer);
    waiting.delete(form);
    say(form, "");
  };
  const wait = (form, submitter, request) => {
    release(form, request);
    if (waiting.has(form)) return;
    if (request.arrived && !knownAgain(form)) return say(form, "unclear")?.scrollIntoView({ block: "center" });
    const again = () => (form.isConnected ? send(form, submitter) : stopWaiting(form));
    const note = say(form, "waiting");
    note?.querySelector("[data-send-now]").addEventListener("click", again);
    note?.querySelector("[data-send-stop]").addEventListener("click", () => stopWaiting(form));
    note?.scrollIntoView({ block: "center" });
    waiting.set(form, { again, timer: setInterval(() => navigator.onLine !== false && again(), AGAIN_AFTER) });
  };
  window.addEventListener("online", () => waiting.forEach(({ again }) => again()));
  window.addEventListener("beforeunload", (event) => waiting.size && event.preventDefault());

  // --- sending -------------------------------------------------------------------------------------------------
  const send = async (form, submitter) => {
    if (sending.has(form)) return;
    sending.add(form);
    await form.filesReady; // photos.js may still be making them smaller
    const request = await post(form, submitter);
    const later = request.status === 503 && request.getResponseHeader("Retry-After");
    if (request.status && !later) answer(form, submitter, request);
    else wait(form, submitter, request);
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.kept || form.hasAttribute("hx-post") || event.defaultPrevented) return;
    event.preventDefault();
    send(form, event.submitter);
  });
  // A page that comes back out of the browser's history may send its forms again.
  window.addEventListener("pageshow", () => sending.clear());
})();
