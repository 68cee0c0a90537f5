// Chosen files: what would be refused is said before it is sent, a large photo is made smaller here, and the list says
// what goes out. The limits stand on the field (common/security/uploads.py); the server checks all of it again.
(() => {
  "use strict";
  const FIELD = "input[type=file][data-photo-side]";
  const SMALL = 400 * 1024; // bytes: not worth making smaller
  const KINDS = { "image/jpeg": "image/jpeg", "image/webp": "image/jpeg", "image/png": "image/png" };

  const MEGABYTE = 1024 * 1024;
  const size = (bytes) =>
    bytes < MEGABYTE ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / MEGABYTE).toFixed(1)} MB`;
  const isHeic = (file) => /\.hei[cf]$/i.test(file.name) || /^image\/hei[cf]/.test(file.type);

  const CANVAS = 16777216; // pixels: a larger canvas stays empty on some phones

  /** Upright, with the pixels of a photo whose longest side is `side`, yet `readable` across, so that a long screenshot
   * stays readable; the file itself where that would not make it smaller. */
  const smaller = async (file, side, readable, quality) => {
    if (!KINDS[file.type] || file.size <= SMALL || !window.createImageBitmap) return file;
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
    if (!picture) return file;
    const { width, height } = picture;
    const across = Math.min(1, readable / Math.min(width, height));
    const scale = Math.max(across, Math.min(1, Math.sqrt((side * side * 0.75) / (width * height))));
    if (width * scale * height * scale > CANVAS) return file;
    if (scale === 1 && file.type !== "image/jpeg") return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d");
    const kind = KINDS[file.type];
    if (kind === "image/jpeg") {
      context.fillStyle = "#fff"; // a WebP may be clear in places, a JPEG cannot
      context.fillRect(0, 0, canvas.width, canvas.height);
    }
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const drawn = await new Promise((found) => canvas.toBlob(found, kind, quality));
    if (!drawn || drawn.size >= file.size) return file;
    const name = kind === file.type ? file.name : file.name.replace(/\.\w+$/, ".jpg");
    return new File([drawn], name, { type: kind, lastModified: file.lastModified });
  };

  const wrongWith = (file, field) => {
    const say = (text) => text.replace("%s", file.name);
    if (isHeic(file)) return say(field.dataset.sayHeic);
    if (file.type && !field.accept.split(",").includes(file.type)) return say(field.dataset.sayKind);
    if (!file.size) return say(field.dataset.sayEmpty);
    if (file.size > Number(field.dataset.fileBytes)) return say(field.dataset.sayLarge);
    return "";
  };
  const wrongTogether = (files, field) => {
    const { fileCount, allBytes, sayCount, sayTogether } = field.dataset;
    if (fileCount && files.length > Number(fileCount)) return sayCount;
    if (allBytes && files.reduce((sum, file) => sum + file.size, 0) > Number(allBytes)) return sayTogether;
    return "";
  };

  const boxOf = (field) => {
    let box = field.nextElementSibling;
    if (box?.matches(".files-chosen")) return box;
    box = document.createElement("ul");
    box.className = "files-chosen";
    box.setAttribute("aria-live", "polite");
    field.after(box);
    return box;
  };
  const list = (field, before, wrong) => {
    const lines = [...field.files].map((file, place) => {
      const line = document.getElementById("file-chosen").content.firstElementChild.cloneNode(true);
      line.querySelector("[data-file-name]").textContent = file.name;
      const was = before[place];
      line.querySelector("[data-file-size]").textContent =
        was && was !== file.size ? `${size(was)} → ${size(file.size)}` : size(file.size);
      return line;
    });
    const errors = wrong.map((text) => {
      const line = document.createElement("li");
      line.className = "files-wrong";
      line.textContent = text;
      return line;
    });
    boxOf(field).replaceChildren(...errors, ...lines);
  };

  const look = async (field) => {
    const chosen = [...field.files];
    const heic = chosen.filter(isHeic);
    const others = chosen.filter((file) => !isHeic(file));
    const { photoSide, photoReadable, photoQuality } = field.dataset;
    const ready = [];
    for (const file of others) ready.push(await smaller(file, Number(photoSide), Number(photoReadable), Number(photoQuality)));
    const taken = ready.filter((file) => !wrongWith(file, field));
    const wrong = [...heic, ...ready].map((file) => wrongWith(file, field)).filter(Boolean);
    const before = others.filter((_file, place) => taken.includes(ready[place])).map((file) => file.size);
    const together = wrongTogether(taken, field);
    if (window.DataTransfer) {
      const kept = new DataTransfer();
      taken.forEach((file) => kept.items.add(file));
      field.files = kept.files;
    }
    list(field, before, together ? [...wrong, together] : wrong);
    field.dispatchEvent(new Event("input", { bubbles: true })); // the draft remembers what is left
    // The browser's own word holds a form back that could not be taken; ours stands beside the field.
    field.setCustomValidity(together);
  };

  document.addEventListener("change", ({ target }) => {
    if (!target.matches?.(FIELD) || !target.files.length) return;
    const looked = look(target).catch(() => {});
    target.form.filesReady = looked;
  });
  // Files that stayed chosen in a form that came back (send.js).
  document.addEventListener("page:changed", () =>
    document.querySelectorAll(FIELD).forEach((field) => field.files.length && list(field, [], [])),
  );
})();
