// A ticket's page. The token stays in the address's fragment: browsers do not send it by themselves, and this script
// sends it only to the hall that the page came from.
"use strict";
const text = document.documentElement.dataset;
const main = document.getElementById("main");
let distance = Number(sessionStorage.getItem("distance") || 0);
let reminds = false;
let reminded = false;
let sound = null;
let timer = 0;
let asked = 0; // The number of the last question: an answer to an earlier one is not shown.

function notice(title, more) {
  const card = document.createElement("section");
  card.className = "card warn";
  const heading = document.createElement("h2");
  heading.textContent = title;
  const words = document.createElement("p");
  words.textContent = more;
  card.append(heading, words);
  return card;
}

function ring() {
  if (navigator.vibrate) navigator.vibrate([400, 200, 400, 200, 400]);
  if (!sound) return;
  for (const at of [0, 0.5, 1]) {
    const tone = sound.createOscillator();
    tone.frequency.value = 880;
    tone.connect(sound.destination);
    tone.start(sound.currentTime + at);
    tone.stop(sound.currentTime + at + 0.25);
  }
}

function remind() {
  reminds = true;
  // A page may make a sound only after it was touched.
  if (window.AudioContext && !sound) sound = new AudioContext();
  label();
}

function label() {
  const button = document.getElementById("remind");
  if (!button) return;
  button.textContent = reminds ? text.reminding : text.remind;
  button.disabled = reminds;
}

function join() {
  const on = (id, name, handle) => {
    const found = document.getElementById(id);
    if (found) found.addEventListener(name, handle);
  };
  on("remind", "click", remind);
  on("distance", "change", (event) => {
    distance = Number(event.target.value);
    sessionStorage.setItem("distance", String(distance));
    reminded = false;
    ask("/q/ticket");
  });
  on("cancel", "click", () => {
    document.getElementById("ask").hidden = false;
    document.getElementById("no").focus();
  });
  on("no", "click", () => {
    document.getElementById("ask").hidden = true;
    document.getElementById("cancel").focus();
  });
  on("yes", "click", () => ask("/q/cancel"));
  label();
}

function show(fragment) {
  const found = new DOMParser().parseFromString(fragment, "text/html").querySelector("article");
  if (!found) throw new Error("another page");
  const isAsked = document.getElementById("ask") && !document.getElementById("ask").hidden;
  const focused = document.activeElement && document.activeElement.id;
  main.replaceChildren(found);
  join();
  const question = document.getElementById("ask");
  if (isAsked && question) question.hidden = false;
  const again = focused && document.getElementById(focused);
  if (again) again.focus();
  const { state, go } = found.dataset;
  const isTime = go === "true" || state === "called";
  if (isTime && reminds && !reminded) ring();
  reminded = isTime;
  const number = found.querySelector(".number");
  if (number) document.title = `${isTime ? "● " : ""}${number.textContent} · ${found.querySelector(".card h2").textContent}`;
  return Number(found.dataset.again);
}

async function ask(path) {
  clearTimeout(timer);
  asked += 1;
  const own = asked;
  const token = location.hash.slice(1);
  if (!token) {
    main.replaceChildren(notice(text.none, text.noneMore));
    return;
  }
  let seconds = 10;
  try {
    const answer = await fetch(path, {
      method: "POST",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout ? AbortSignal.timeout(15000) : undefined,
      body: JSON.stringify({ token, language: document.documentElement.lang, distance }),
    });
    // Another answer than the hall's own, such as a hotspot's login page, says nothing about the ticket.
    if (answer.headers.get("bianmin-page") !== "ticket") throw new Error("not the hall");
    const fragment = await answer.text();
    if (own === asked) seconds = show(fragment);
  } catch {
    if (own === asked) {
      const known = main.querySelector("article");
      const told = main.querySelector(".lost");
      if (told) told.remove();
      const lost = notice(text.failed, text.failedMore);
      lost.classList.add("lost");
      if (known) main.prepend(lost);
      else main.replaceChildren(lost);
    }
  }
  if (own === asked && seconds > 0) timer = setTimeout(() => ask("/q/ticket"), seconds * 1000);
}

const language = document.getElementById("language");
language.addEventListener("click", (event) => {
  event.preventDefault();
  location.replace(language.getAttribute("href") + location.hash);
});
addEventListener("hashchange", () => ask("/q/ticket"));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) ask("/q/ticket");
});
ask("/q/ticket");
