// Beside an answer: how many of its characters the text message to the citizen holds. Panels may be loaded later.
(() => {
  const show = (field) => {
    let line = field.parentElement.querySelector(".sms-count");
    if (!line) {
      line = document.createElement("p");
      line.className = "form-text sms-count num";
      line.setAttribute("role", "status");
      field.after(line);
    }
    const count = [...field.value.trim()].length;
    const room = Number(field.dataset.smsRoom);
    line.textContent = field.dataset.smsSaid.replace("{count}", count).replace("{room}", room);
    line.classList.toggle("bad-text", count > room);
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-sms-room]")) show(event.target);
  });
})();
