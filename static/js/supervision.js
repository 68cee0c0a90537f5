// Choosing rows of the supervision list: all of the page at once, and how many are chosen.
(() => {
  const start = () => {
    const form = document.getElementById("bulk");
    if (!form || form.dataset.counted) return;
    form.dataset.counted = "1";
    const all = form.querySelector("[data-tick-all]");
    const count = form.querySelector("[data-tick-count]");
    const ticks = () => [...form.querySelectorAll("input[name=opinions]")];
    const show = () => {
      const chosen = ticks().filter((tick) => tick.checked).length;
      count.textContent = chosen;
      count.hidden = !chosen;
      all.checked = chosen > 0 && chosen === ticks().length;
      all.indeterminate = chosen > 0 && chosen < ticks().length;
    };
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const tick of ticks()) tick.checked = all.checked;
      show();
    });
    form.addEventListener("change", show);
    show();
  };
  start();
  document.addEventListener("page:changed", start);
})();
