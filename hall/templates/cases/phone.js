// The receipt's page. The token stays in the address's fragment: browsers do not send it by themselves, and this
// script sends it only to the hall that the page came from.
"use strict";
const TEXTS = {{ texts|json }};
const languages = Object.keys(TEXTS);
const main = document.getElementById("main");
const button = document.getElementById("language");
let language = languages.find((tag) => navigator.language.split("-")[0] === tag.split("-")[0]) || languages[0];
let shown = { kind: "loading" };

const t = (key) => TEXTS[language][key] || key;

function element(name, text, kind) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

// What the receipt says of itself. Whether it is genuine is for the hall to say.
function read(token) {
  try {
    const text = atob(token.replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    if (bytes[0] !== 1) return null;
    let at = 17;
    const number = (length) => {
      let value = 0;
      for (let index = 0; index < length; index += 1) value = value * 256 + bytes[at + index];
      at += length;
      return value;
    };
    const day = number(3), sequence = number(2), accepted = number(7);
    at += 8;
    const word = () => {
      const length = bytes[at], from = at + 1;
      at = from + length;
      return String.fromCharCode(...bytes.slice(from, at));
    };
    word();
    const terminal = word();
    if (!/^[A-Z]{2}\d{2,5}$/.test(terminal)) return null;
    const digits = String(day).padStart(6, "0"), running = String(sequence).padStart(4, "0");
    let rest = 0;
    for (const character of `${terminal}${digits}${running}00`) {
      const value = parseInt(character, 36);
      rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
    }
    const check = String(98 - rest).padStart(2, "0");
    return { registration: `${terminal}-${digits}-${running}-${check}`, terminal, accepted };
  } catch {
    return null;
  }
}

function moment(millis) {
  const zone = document.documentElement.dataset.zone;
  try {
    return new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short", timeZone: zone }).format(millis);
  } catch {
    return new Date(millis).toLocaleString(language);
  }
}

function card(tone, mark, title, ...lines) {
  const box = element("section", undefined, `state ${tone}`);
  box.append(element("p", mark, "mark"), element("h1", title));
  for (const line of lines) if (line) box.append(element("p", line));
  return box;
}

function list(rows) {
  const made = document.createElement("dl");
  for (const [label, value, kind] of rows) {
    if (!value) continue;
    const row = document.createElement("div");
    row.append(element("dt", label), element("dd", value, kind));
    made.append(row);
  }
  return made;
}

const TONES = { granted: "ok", delivered: "ok", supplement: "warn", "not-accepted": "bad", refused: "bad" };

function known(progress, receipt) {
  const box = card(TONES[progress.state] || "", t("mark-state"), t(`state-${progress.state}`), t(`next-${progress.state}`));
  if (progress.remark) box.append(element("p", progress.remark, "remark"));
  const limit = progress.promised_days === 0 ? t("limit-now") : String(progress.promised_days);
  const kind = progress.working_days ? "limit-working" : "limit-calendar";
  main.append(box, list([
    [t("registration"), progress.registration, "number"],
    [t("item"), progress.item_name],
    [t("case-number"), progress.case_number, "small"],
    [t("applied"), receipt && moment(receipt.accepted), "small"],
    [t("received"), moment(progress.received_at), "small"],
    [t("changed"), progress.changed_at !== progress.received_at && moment(progress.changed_at), "small"],
    [progress.promised_days === 0 ? t("limit") : t(kind), limit, "small"],
  ]));
}

function draw() {
  document.documentElement.lang = language;
  document.title = t("title");
  const next = languages[(languages.indexOf(language) + 1) % languages.length];
  button.textContent = TEXTS[next]["own-name"];
  button.lang = next;
  button.hidden = false;
  main.replaceChildren();
  const receipt = shown.receipt;
  const own = () => receipt && main.append(list([
    [t("registration"), receipt.registration, "number"],
    [t("terminal"), receipt.terminal],
    [t("applied"), moment(receipt.accepted), "small"],
  ]));
  if (shown.kind === "known") {
    known(shown.progress, receipt);
  } else if (shown.kind === "not-yet") {
    main.append(card("", t("mark-receipt"), t("state-waiting"), t("next-waiting")));
    own();
  } else if (shown.kind === "stranded") {
    main.append(card("warn", t("mark-receipt"), t("state-stranded"), t("next-stranded")));
    own();
  } else if (shown.kind === "not-taken") {
    main.append(card("warn", t("mark-receipt"), t("state-set-aside"), t("next-set-aside")));
    own();
  } else if (shown.kind === "failed") {
    main.append(card("warn", t("mark-line"), t("failed"), t("failed-more")));
    own();
  } else if (shown.kind === "loading") {
    main.append(element("p", t("loading"), "lead"));
    return;
  } else {
    main.append(card("bad", t("mark-receipt"), t(shown.kind), t(`${shown.kind}-more`)));
  }
  if (shown.kind !== "wrong" && shown.kind !== "none") {
    const again = element("button", t("again"), "again");
    again.type = "button";
    again.addEventListener("click", ask);
    main.append(again);
  }
  main.append(element("p", t("foot"), "foot"));
}

async function ask() {
  const token = location.hash.slice(1);
  if (!token) {
    shown = { kind: "none" };
    return draw();
  }
  const receipt = read(token);
  shown = { kind: "loading" };
  draw();
  try {
    const answer = await fetch("/v1/phone/progress", {
      method: "POST",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout ? AbortSignal.timeout(20000) : undefined,
      body: JSON.stringify({ token }),
    });
    // Another answer than the hall's own, such as a hotspot's login page, says nothing about the receipt.
    const own = (answer.headers.get("content-type") || "").startsWith("application/vnd.bianmin.");
    if (own && answer.status === 400) {
      shown = { kind: "wrong" };
    } else if (own && answer.ok) {
      const body = await answer.json();
      const kind = { known: "known", refused: "not-taken" }[body.answer] || (body.stranded ? "stranded" : "not-yet");
      shown = { kind, progress: body.progress, receipt };
    } else {
      shown = { kind: "failed", receipt };
    }
  } catch {
    shown = { kind: "failed", receipt };
  }
  draw();
}

button.addEventListener("click", () => {
  language = languages[(languages.indexOf(language) + 1) % languages.length];
  draw();
});
addEventListener("hashchange", ask);
ask();
