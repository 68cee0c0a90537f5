// A login that ended is renewed where the person is: the login page's own form, and the second factor's, stand in a
// dialog over the page; then what was to be sent is sent.
(() => {
  "use strict";
  const dialog = document.getElementById("door");
  if (!dialog) return;
  const { login, alive } = dialog.dataset;
  const place = dialog.querySelector("[data-door-card]");
  const AGAIN = "login-again"; // told to the other windows
  let then = [];
  let at = login;

  const ask = (url, options) => fetch(url, { headers: { "HX-Request": "true" }, ...options });
  const loginPage = () => ask(`${login}?next=${encodeURIComponent(alive)}`);

  /** Who is logged in now: the page goes on for the same person; another one starts at home. */
  const enter = ({ person, token }) => {
    if (String(person) !== document.body.dataset.person) return location.assign("/");
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => (field.value = token));
    place.replaceChildren();
    if (dialog.open) dialog.close();
    document.dispatchEvent(new CustomEvent("login:renewed"));
    const go = then;
    then = [];
    go.forEach((step) => step());
    return null;
  };

  const show = async (response) => {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const card = page.querySelector(".door-card");
    if (!card) return location.assign(at);
    place.replaceChildren(...document.importNode(card, true).childNodes);
    // The same ids may stand on the page below.
    place.querySelectorAll("[id]").forEach((one) => (one.id = `door-${one.id}`));
    place.querySelectorAll("[for]").forEach((one) => one.setAttribute("for", `door-${one.getAttribute("for")}`));
    place.querySelector("h1")?.remove();
    if (!dialog.open) dialog.showModal();
    (place.querySelector(".error-summary") || place.querySelector("[autofocus], input:not([type=hidden])"))?.focus();
    return null;
  };

  /** Asks whether the login is whole, and shows what is still wanted of the person. */
  const check = async () => {
    let response = await ask(alive);
    if (response.ok && !response.headers.get("HX-Redirect")) return enter(await response.json());
    at = response.headers.get("HX-Redirect") || login;
    response = at === login ? await loginPage() : await ask(at);
    return show(response);
  };

  place.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const form = event.target;
    const body = new FormData(form);
    const response = await ask(form.getAttribute("action") || at, { method: "POST", body }).catch(() => null);
    if (!response) return;
    if (!response.headers.get("HX-Redirect")) return void show(response);
    await check();
    if (!dialog.open) tellOthers();
  });
  place.addEventListener("click", (event) => {
    if (!event.target.closest("a")) return;
    event.preventDefault();
    check();
  });
  dialog.addEventListener("cancel", (event) => event.preventDefault());

  document.addEventListener("login:needed", ({ detail }) => {
    if (detail?.then) then.push(detail.then);
    if (!dialog.open) check().catch(() => {});
  });

  const tellOthers = () => {
    try {
      localStorage.setItem(AGAIN, String(Date.now()));
    } catch {
      // They find out for themselves.
    }
  };
  window.addEventListener("storage", ({ key }) => key === AGAIN && check().catch(() => {}));

  // htmx asked for something: the same is asked for again, by the same link, button or form.
  document.body.addEventListener("htmx:responseError", ({ detail }) => {
    if (detail.xhr.status !== 401) return;
    const { elt } = detail;
    document.dispatchEvent(
      new CustomEvent("login:needed", {
        detail: { then: () => (elt.matches("form") ? elt.requestSubmit() : elt.matches("a, button") && elt.click()) },
      }),
    );
  });
})();
