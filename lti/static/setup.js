// Adds a Copy button to each value for Moodle's form. Without this file the values are fields to select and copy.
"use strict";
for (const place of document.querySelectorAll("[data-copies]")) {
  const field = document.getElementById(place.dataset.copies);
  const label = document.querySelector(`label[for=${field.id}]`).textContent;
  place.hidden = false;
  place.querySelector("button").addEventListener("click", async () => {
    field.select();
    let isCopied;
    try {
      await navigator.clipboard.writeText(field.value);
      isCopied = true;
    } catch { // no permission, or a page over http
      isCopied = document.execCommand("copy");
    }
    const said = document.getElementById("copied");
    said.textContent = said.dataset[isCopied ? "copied" : "selected"].replace("{field}", label);
  });
}
