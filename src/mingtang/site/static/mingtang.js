// Progressive enhancement only: every page is complete without this file. It never sends anything anywhere.
"use strict";

(() => {
  const root = document.documentElement;
  root.classList.add("has-script");

  // The error summary speaks first.
  const errors = document.querySelector(".errors");
  if (errors) errors.focus();

  // One press of a button files once.
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
      for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
    });
  }
  // Coming back with the browser's Back: the form may be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[aria-disabled=true]")) button.removeAttribute("aria-disabled");
    }
  });

  // How many characters are left, said aloud only when few are.
  for (const box of document.querySelectorAll("textarea[data-count]")) {
    const line = document.getElementById(box.dataset.count);
    const most = Number(box.getAttribute("maxlength"));
    if (!line || !most) continue;
    const show = () => {
      line.textContent = line.dataset.text.replace("{n}", String(most - box.value.length));
      line.setAttribute("aria-live", most - box.value.length < 100 ? "polite" : "off");
    };
    box.addEventListener("input", show);
    show();
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", async () => {
      const from = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText(from.textContent.trim());
      button.textContent = button.dataset.done;
    });
  }
  for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());

  // A street chosen on the map goes into the list of streets without leaving the page.
  const streets = document.getElementById("id_street");
  for (const shape of document.querySelectorAll("[data-choose]")) {
    if (!streets) break;
    shape.addEventListener("click", (event) => {
      event.preventDefault();
      streets.value = shape.dataset.choose;
      for (const other of document.querySelectorAll("[data-choose].chosen")) { other.classList.remove("chosen"); other.removeAttribute("aria-current"); }
      shape.classList.add("chosen");
      shape.setAttribute("aria-current", "true");
      streets.focus();
    });
  }

  // The person's own position, only when they press, into two fields that stay theirs to clear.
  for (const button of document.querySelectorAll("[data-locate]")) {
    if (!navigator.geolocation) { button.remove(); continue; }
    button.addEventListener("click", () => {
      const say = document.getElementById(button.dataset.locate);
      navigator.geolocation.getCurrentPosition(
        (found) => {
          document.getElementById("id_latitude").value = found.coords.latitude.toFixed(5);
          document.getElementById("id_longitude").value = found.coords.longitude.toFixed(5);
          say.textContent = say.dataset.found;
        },
        () => { say.textContent = say.dataset.failed; },
        { enableHighAccuracy: true, timeout: 15000 },
      );
    });
  }

  // Simple mode reads the page aloud where the device can speak.
  for (const button of document.querySelectorAll("[data-speak]")) {
    if (!window.speechSynthesis) { button.remove(); continue; }
    button.addEventListener("click", () => {
      if (speechSynthesis.speaking) { speechSynthesis.cancel(); return; }
      const words = new SpeechSynthesisUtterance(document.getElementById("main").innerText.slice(0, 4000));
      words.lang = root.lang === "en" ? "en" : "zh-CN";
      words.rate = 0.9;
      speechSynthesis.speak(words);
    });
  }
})();
