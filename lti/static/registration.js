// Shows the button that asks the platform to close its frame (LTI Dynamic Registration 1.0, section 3.7). Without this
// file, or outside a frame, there is no button, and the page says how to go on.
"use strict";
for (const place of document.querySelectorAll("[data-closes]")) {
  const platform = window.opener || (window.parent === window ? null : window.parent);
  if (!platform) continue;
  place.hidden = false;
  place.querySelector("button").addEventListener("click", () => {
    platform.postMessage({ subject: "org.imsglobal.lti.close" }, place.dataset.closes);
  });
}
