/* SENDCo: small improvements. Every page works without this file, and nothing about a pupil is kept on the device. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const on = (type, handler, options) => document.addEventListener(type, handler, options);

  /* One polite place for what has just happened. */
  const say = (text, kind = "ok") => {
    const place = $("#toasts");
    if (!place) return null;
    const toast = document.createElement("div");
    toast.className = `toast toast-${kind}`;
    toast.dataset.toast = "";
    toast.append(document.createElement("span"));
    toast.firstChild.textContent = text;
    const close = document.createElement("button");
    close.className = "btn btn-sm";
    close.type = "button";
    close.dataset.dismiss = "";
    close.textContent = "Dismiss";
    toast.append(close);
    place.append(toast);
    return toast;
  };

  /* What is ready only when script runs. */
  const prepare = (root) => {
    $$("[data-dismiss][hidden]", root).forEach((button) => { button.hidden = false; });
    $$("input[type=password]:not([data-ready])", root).forEach((input) => {
      input.dataset.ready = "";
      const group = document.createElement("div");
      group.className = "input-group";
      input.replaceWith(group);
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-quiet btn-sm";
      button.setAttribute("aria-pressed", "false");
      button.innerHTML = 'Show<span class="visually-hidden"> password</span>';
      button.addEventListener("click", () => {
        const shown = input.type === "text";
        input.type = shown ? "password" : "text";
        button.setAttribute("aria-pressed", String(!shown));
        button.firstChild.textContent = shown ? "Show" : "Hide";
      });
      group.append(input, button);
    });
    $$("[data-bulk]", root).forEach((bar) => count(bar.closest("form")));
    $$(".logger", root).forEach(tell);
    $$("[data-autofocus]", root.parentNode || root).find((part) => !part.closest("[data-still]"))?.focus();
  };

  /* "/" goes to the search box, unless someone is typing. Escape closes an open menu and returns to its button. */
  on("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, textarea, select, [contenteditable]")) {
      const box = $("#q");
      if (box) { event.preventDefault(); box.focus(); box.select(); }
    }
    if (event.key === "Escape") {
      $$("details.menu[open]").forEach((menu) => {
        menu.open = false;
        if (menu.contains(document.activeElement)) $("summary", menu).focus();
      });
    }
  });

  on("click", (event) => {
    $$("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (dialog?.showModal) { event.preventDefault(); dialog.showModal(); }
    }
    if (event.target.closest("[data-close]")) { event.preventDefault(); event.target.closest("dialog")?.close(); }
    if (event.target.closest("[data-dismiss]")) event.target.closest("[data-toast]")?.remove();
    rateEveryone(event);
  });

  /* Signing in again in another tab changes the token: forms of this page take the one that now holds. */
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  on("submit", (event) => {
    const field = $("input[name=csrfmiddlewaretoken]", event.target);
    if (field && token()) field.value = token();
  }, true);
  on("htmx:configRequest", (event) => {
    if (token()) event.detail.headers["x-csrftoken"] = token();
    if (token() && event.detail.parameters.csrfmiddlewaretoken) event.detail.parameters.csrfmiddlewaretoken = token();
  });

  /* A box that holds for another form as well: <input type="checkbox" data-also-for="id of that form">. */
  on("formdata", (event) => {
    const box = event.target.id && $(`input[data-also-for="${event.target.id}"]`);
    if (box?.checked) event.formData.set(box.name, "on");
  });

  /* Ask before what cannot be undone: <button data-confirm="Take Seren off the register?" data-confirm-text data-confirm-no>. */
  let agreed = null;
  on("submit", (event) => {
    const button = event.submitter;
    const question = button?.dataset.confirm;
    if (!question || agreed === button || !window.HTMLDialogElement) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const dialog = document.createElement("dialog");
    dialog.className = "dialog";
    dialog.setAttribute("aria-labelledby", "confirm-title");
    dialog.innerHTML = '<h2 id="confirm-title"></h2><p></p><div class="actions"><button class="btn btn-danger" type="button"></button><button class="btn btn-secondary" type="button" data-close autofocus></button></div>';
    $("h2", dialog).textContent = question;
    $("p", dialog).textContent = button.dataset.confirmText || "";
    const [yes, no] = $$("button", dialog);
    yes.textContent = button.textContent.trim();
    no.textContent = button.dataset.confirmNo || "Cancel";
    yes.addEventListener("click", () => { $$("[name=ask]", button.form).forEach((mark) => mark.remove()); agreed = button; dialog.close(); button.form.requestSubmit(button); agreed = null; });
    dialog.addEventListener("close", () => { dialog.remove(); button.focus(); });
    document.body.append(dialog);
    dialog.showModal();
  }, true);

  /* Unsent changes: forms marked data-guard warn before the page is left. */
  let changed = false;
  on("input", (event) => { if (event.target.closest("form[data-guard]")) changed = true; });
  on("submit", (event) => { if (!event.defaultPrevented) changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

  /* Chosen rows. */
  const count = (form) => {
    if (!form) return;
    const boxes = $$("[data-row]", form);
    const chosen = boxes.filter((box) => box.checked);
    const place = $("[data-bulk-count]", form);
    if (place) place.textContent = chosen.length ? `${chosen.length} chosen` : "Choose rows, then an action";
    boxes.forEach((box) => box.closest("tr")?.classList.toggle("row-selected", box.checked));
    const all = $("[data-all]", form);
    if (all) { all.checked = boxes.length > 0 && chosen.length === boxes.length; all.indeterminate = chosen.length > 0 && !all.checked; }
  };
  on("change", (event) => {
    const form = event.target.form;
    if (event.target.matches("[data-all]")) $$("[data-row]", form).forEach((box) => { box.checked = event.target.checked; });
    if (event.target.matches("[data-all], [data-row]")) count(form);
    if (event.target.closest(".logger")) tell(event.target.closest(".logger"));
  });

  /* Session logger. A tap on a name is a checkbox, so away needs no script; "Everyone" is saved the round trip here. */
  const tell = (logger) => {
    const place = $("[data-logger-count]");
    if (!place) return;
    const rows = $$("[data-pupil]", logger);
    const here = rows.filter((row) => !$("[data-away]", row).checked);
    const left = here.filter((row) => !$("input[type=radio]:checked", row)).length;
    place.textContent = `${here.length} of ${rows.length} here. ${left ? `${left} not rated` : "All rated"}`;
  };
  const rateEveryone = (event) => {
    const button = event.target.closest("[data-everyone]");
    if (!button) return;
    event.preventDefault();
    const logger = button.closest(".logger");
    $$("[data-pupil]", logger).filter((row) => !$("[data-away]", row).checked).forEach((row) => {
      $(`input[type=radio][value="${button.dataset.everyone}"]`, row).checked = true;
    });
    changed = changed || Boolean(logger.closest("[data-guard]"));
    tell(logger);
  };

  /* Forms marked data-keep go by fetch, so that the page stays when the network drops or the sign-in has run out. */
  const waiting = new Map();
  const send = async (form, button) => {
    clearTimeout(waiting.get(form));
    waiting.delete(form);
    const body = new FormData(form, button);
    const where = button?.getAttribute("formaction") || form.getAttribute("action") || location.href;
    try {
      const reply = await fetch(where, { method: "POST", body, credentials: "same-origin", headers: { "X-Sendco-Keep": "1" } });
      unsent(form, "");
      if (reply.redirected && new URL(reply.url).pathname.startsWith("/sign-in")) return signedOut();
      if (reply.status === 401) return signedOut();
      changed = false;
      const next = reply.headers.get("HX-Redirect") || (reply.redirected ? reply.url : "");
      if (next) { location.assign(next); return; }
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      const fresh = $("main, .handset", page);
      if (!fresh) { location.reload(); return; }
      document.title = page.title;
      $("main, .handset")?.replaceWith(document.importNode(fresh, true));
      prepare(document);
    } catch {
      unsent(form, "Not sent yet. We will try again. Keep this page open.");
      clearTimeout(waiting.get(form));
      waiting.set(form, setTimeout(() => send(form, button), 8000));
    } finally { quiet(form); }
  };
  const unsent = (form, text) => {
    let place = $("[data-unsent]", form);
    if (!place && text) {
      place = document.createElement("div");
      place.className = "note note-warn unsent";
      place.dataset.unsent = "";
      place.setAttribute("role", "status");
      ($("main", form) || form).prepend(place);
    }
    if (place) { place.textContent = text; place.hidden = !text; }
  };
  const signedOut = () => {
    const dialog = $("#signed-out");
    if (dialog?.showModal && !dialog.open) dialog.showModal();
  };
  /* On a shared device the page does not outlast the sign-in: it gives way, or, where something is unsent, says so. */
  const idle = Number(document.body.dataset.idle);
  if (idle) {
    let timer;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => { if (changed) signedOut(); else location.replace("/sign-in/"); }, (idle + 1) * 1000);
    };
    ["keydown", "pointerdown", "scroll"].forEach((type) => on(type, wait, { capture: true, passive: true }));
    wait();
  }
  window.addEventListener("online", () => waiting.forEach((timer, form) => { clearTimeout(timer); waiting.delete(form); send(form); }));

  /* A busy state, but only for what is slow. */
  const timers = new WeakMap();
  const busy = (form, button) => timers.set(form, setTimeout(() => { (button || form).classList.add("is-busy"); form.setAttribute("aria-busy", "true"); }, 400));
  const quiet = (form) => { clearTimeout(timers.get(form)); form.removeAttribute("aria-busy"); $$(".is-busy", form).concat(form).forEach((part) => part.classList.remove("is-busy")); };
  on("submit", (event) => {
    if (event.defaultPrevented) return;
    const form = event.target;
    if (form.dataset.sent !== undefined && form.method === "post" && !form.hasAttribute("hx-post")) { event.preventDefault(); return; }
    busy(form, event.submitter);
    if (form.dataset.keep !== undefined && form.method === "post") { event.preventDefault(); send(form, event.submitter); return; }
    if (form.method === "post" && !form.hasAttribute("hx-post")) {
      form.dataset.sent = "";
      setTimeout(() => { delete form.dataset.sent; quiet(form); }, 6000);
    }
  });
  window.addEventListener("pageshow", () => $$("form").forEach((form) => { delete form.dataset.sent; quiet(form); }));

  /* htmx: the new part gets what the page had; a lost sign-in or network never loses what was typed. */
  on("htmx:beforeRequest", (event) => busy(event.target, event.target));
  on("htmx:afterRequest", (event) => quiet(event.target));
  on("htmx:load", (event) => { if (event.target !== document.body) prepare(event.target); });
  on("htmx:beforeSwap", (event) => {
    const url = event.detail.xhr.responseURL || "";
    if (event.detail.xhr.status === 401 || (url && new URL(url).pathname.startsWith("/sign-in"))) { event.detail.shouldSwap = false; signedOut(); }
  });
  on("htmx:sendError", () => say("Not sent. Check the connection, then try again.", "danger"));
  on("htmx:responseError", (event) => {
    const part = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html").querySelector("[role=alert]");
    say(part ? part.textContent.trim() : "That did not work. Try again.", "danger");
  });

  prepare(document);

  /* Bars of links that scroll by themselves start where the current link can be seen. */
  $$(".side-nav, .subnav, .views").forEach((bar) => {
    const link = $("[aria-current]", bar)?.getBoundingClientRect();
    if (!link) return;
    const room = bar.getBoundingClientRect();
    bar.scrollLeft += Math.max(0, link.right - room.right + 24);
    bar.scrollTop += Math.max(0, link.bottom - room.bottom);
  });
})();
