// The quick exit: by its button, or by pressing Shift or Escape three times within five seconds.
// The page goes blank before anything is sent, and the blank page takes its place in the history.
const PRESSES = 3;
const WITHIN = 5000;
const KEYS = ["Shift", "Escape"];

const form = document.querySelector("form[data-exit]");
let pressed = 0;
let last = "";
let timer = 0;

function leave(event) {
  event?.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  const { action, dataset: { exit } } = form;
  document.title = "";
  document.body.replaceChildren();
  fetch(action, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
  location.replace(exit);
}

function say(text) {
  form.querySelector("[role=status]").textContent = text;
}

function forget() {
  clearTimeout(timer);
  pressed = 0;
}

function giveUp() {
  forget();
  say(form.dataset.notLeft);
}

// A key held down while another is typed is a capital letter, not a wish to leave.
function alone(event) {
  if (KEYS.includes(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey) return;
  last = "";
  forget();
}

function count(event) {
  if (!KEYS.includes(event.key)) return;
  if (event.key !== last) forget();
  last = event.key;
  pressed += 1;
  if (pressed === PRESSES) {
    leave();
    return;
  }
  say(pressed === 1 ? form.dataset.twoMore : form.dataset.oneMore);
  clearTimeout(timer);
  timer = setTimeout(giveUp, WITHIN);
}

if (form) {
  form.addEventListener("submit", leave);
  document.addEventListener("keydown", alone);
  document.addEventListener("keyup", count);
}
