// Makes the browser's Back button work inside Moodle's frame (the tool's LTI notes, section 2, row 5): pages are answers
// to POST and are never kept, so Back would find an error page. Forms are fetched and the page's body is swapped; what
// to ask again stays in memory, the browser's history holds a bare index. Without this file each form works by itself.
"use strict";
(() => {
  const entries = []; // by index: path, #place and form fields of a page; never the page, which only the server may give
  const FAILED = `<title>The page could not be loaded · Engagement</title>
<div class="page"><main id="main" class="stack wide"><div class="frame stack wide">
<h1 class="big" tabindex="-1">The page could not be loaded.</h1><p></p>
<p><button id="again" type="button" class="link">Try again.</button></p></div></main></div>`;
  let current = 0;
  let asking = new AbortController();

  const parse = (text) => new DOMParser().parseFromString(text, "text/html");
  const leaves = ({ path }) => path.endsWith("/sign-out");
  const stamp = (index) => history.replaceState({ index }, "");

  /** Note how to ask again for a page that came without this script: the first one, answer to a launch. */
  function remember() {
    const token = document.querySelector("input[name=page_token]");
    if (token && !entries[current]) {
      entries[current] = { path: document.body.dataset.again || "/panel/", place: "", fields: [["page_token", token.value]] };
    }
  }

  async function ask({ path, fields }, signal) {
    const answer = await fetch(path, {
      method: "POST", body: new URLSearchParams(fields), credentials: "omit", cache: "no-store", redirect: "error", signal,
    });
    const isHtml = /^text\/html/.test(answer.headers.get("Content-Type"));
    const page = isHtml ? parse(await answer.text()) : null;
    if (!page?.getElementById("main")) throw new TypeError("not a page of this tool");
    return page;
  }

  /** Fetch a page and show it; with `isNew` as one more step of the history, otherwise at the present one. */
  async function open(entry, isNew) {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const isLeaving = leaves(entry);
    let page, hasFailed = false;
    document.body.setAttribute("aria-busy", "true");
    try {
      page = await ask(entry, signal);
    } catch {
      hasFailed = true;
      page = parse(FAILED);
      page.querySelector("p").textContent = isLeaving ? "You may still be signed in." : "Nothing was changed.";
    }
    if (signal.aborted) return; // the reader went elsewhere meanwhile
    if (isNew) {
      entries.length = ++current;
      entries.push(entry);
      history.pushState({ index: current }, "");
    }
    show(page, hasFailed ? "" : entry.place);
    if (hasFailed) document.getElementById("again").onclick = () => open(entry, false);
    else if (isLeaving && current) history.go(-current); // the next Back leads to Moodle
    else remember();
  }

  function show(page, place) {
    document.title = page.title;
    document.body.replaceWith(page.body); // scripts of a parsed page never run
    const goal = place && document.getElementById(place);
    const heading = (goal || document).querySelector(goal ? "h2" : "h1");
    if (goal) goal.scrollIntoView();
    else scrollTo(0, 0);
    if (heading) heading.tabIndex = -1;
    heading?.focus();
  }

  addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    if (event.defaultPrevented || !("submitter" in event) || form.method !== "post" || form.target) return;
    const to = new URL(button?.getAttribute("formaction") || form.getAttribute("action") || "", location);
    if (to.origin !== location.origin) return;
    event.preventDefault();
    const fields = [...new FormData(form)];
    if (button?.name) fields.push([button.name, button.value]);
    const entry = { path: to.pathname, place: to.hash.slice(1), fields };
    if (leaves(entry)) entries.length = 0; // from now on Back brings nothing back
    // A page that cannot be asked for again (Continue, whose code works once) gives its place to the next one.
    open(entry, current in entries);
  });

  addEventListener("popstate", ({ state }) => {
    if (!state) return stamp(current); // a jump within the page made this step
    if (state.index === current) return;
    current = state.index;
    if (entries[current]) open(entries[current], false);
  });

  // A value that is there to be copied is chosen whole.
  addEventListener("focusin", ({ target }) => target.readOnly && target.select());

  addEventListener("pageshow", ({ persisted }) => {
    if (persisted && entries[current]) open(entries[current], false); // rights are asked again
  });

  stamp(current);
  remember();
})();
