// The board: shows what the hall sends, for days. It never shows an old call as a new one, and says when it heard of the
// hall last.
"use strict";
const text = document.documentElement.dataset;
const get = (id) => document.getElementById(id);
const FRESH = 20000; // Milliseconds for which a call is a new one.
const HOLD = 4000; // A call stands large at least so long, whoever is called after it.
const BESIDE = 8000; // And beside the next one so long.
const LOST = 12000; // So long without a word from the hall, and the board asks again.
const PAST = 5; // Calls in the list.
const PAGE = 10000; // Groups that do not fit are shown in turn.

let epoch = "";
let seen = 0; // The id of the last call that was taken in.
let large = []; // Calls that stand large, the newest first: { call, since }.
let waiting = []; // Calls that are still to be shown.
let past = []; // Calls that were large before.
let lines = null;
let page = 0;
let paged = 0;
let offset = 0; // The hall's clock, seen from this machine's.
let heard = null; // When the hall was heard last, by a clock that nobody sets.
let source = null;
let attempts = 0;
let again = 0; // When to connect anew.

const now = () => Date.now() + offset;
const fill = (pattern, seconds) => pattern.replace("{seconds}", String(seconds));

function element(name, content, kind) {
  const made = document.createElement(name);
  if (content !== undefined && content !== null) made.textContent = content;
  if (kind) made.className = kind;
  return made;
}

function hear(at) {
  heard = performance.now();
  attempts = 0;
  if (at) offset = at - Date.now();
}

// A call that was made while this board was away stands in the list, and is not announced.
function take(call) {
  if (call.id <= seen) return;
  seen = call.id;
  for (const list of [past, waiting]) {
    const same = list.findIndex((one) => one.number === call.number);
    if (same >= 0) list.splice(same, 1);
  }
  if (now() - call.at < FRESH) {
    waiting.push(call);
  } else {
    const before = large.filter((one) => one.call.number !== call.number);
    large = [{ call, since: -BESIDE }];
    retire(before);
  }
}

function retire(entries) {
  for (const { call } of entries) {
    if (!large.some((one) => one.call.number === call.number)) past.unshift(call);
  }
  past.sort((one, other) => other.id - one.id);
  past.length = Math.min(past.length, PAST);
}

// Numbers of five characters and more leave no room for a second one.
const fits = (call) => call.number.length <= 4;

// Moves calls on; true if something else is to be shown.
function step() {
  const time = performance.now();
  let moved = false;
  const same = waiting.length > 0 ? large.findIndex((one) => one.call.number === waiting[0].number) : -1;
  if (same >= 0) large.splice(same, 1);
  if (waiting.length > 0) {
    const next = waiting[0];
    const room = large.every((one) => fits(one.call)) && fits(next) ? 2 : 1;
    const oldest = large[large.length - 1];
    if (large.length < room || time - oldest.since >= HOLD) {
      waiting.shift();
      const gone = large.splice(room - 1);
      large.unshift({ call: next, since: time });
      retire(gone);
      moved = true;
    }
  }
  while (large.length > 1 && time - large[large.length - 1].since >= BESIDE) {
    retire([large.pop()]);
    moved = true;
  }
  return moved || same >= 0;
}

function drawNow() {
  const area = get("now");
  get("main").dataset.cards = String(Math.max(1, large.length));
  if (large.length === 0) {
    area.replaceChildren(element("p", (lines && lines.closed) || text.nobody, "nobody"));
    return;
  }
  area.replaceChildren(...large.map(({ call }) => {
    const card = element("div", undefined, "card");
    card.dataset.length = String(Math.min(call.number.length, 6));
    card.dataset.fresh = String(now() - call.at < FRESH);
    const where = element("p", undefined, "where");
    where.append(element("span", text.go), element("strong", call.window));
    if (call.of_day) where.append(element("small", call.of_day));
    card.append(element("p", call.number, "number"), where);
    return card;
  }));
}

function drawPast() {
  get("last").replaceChildren(...past.map((call) => {
    const row = document.createElement("li");
    row.append(element("strong", call.number), element("span", call.window));
    return row;
  }));
}

function drawGroups() {
  if (!lines) return;
  const portrait = innerHeight > innerWidth;
  const groups = lines.groups;
  const most = 8;
  const pages = Math.max(1, Math.ceil(groups.length / most));
  page %= pages;
  const shown = groups.slice(page * most, page * most + most);
  const area = get("groups");
  area.dataset.rows = String(portrait ? Math.ceil(shown.length / 2) : Math.ceil(shown.length / 4));
  area.dataset.columns = String(Math.min(shown.length, portrait ? 2 : groups.length > 4 ? 4 : shown.length));
  get("main").dataset.rows = area.dataset.rows;
  area.replaceChildren(...shown.map((group) => {
    const card = element("div", undefined, "group");
    const wait = element("p", group.wait, group.is_free ? "free" : "wait");
    const name = document.createElement("h3");
    if (group.letters) name.append(element("span", group.letters, "letter"));
    name.append(element("span", group.name, "name"));
    card.append(name, element("p", group.waiting, "waiting"), wait);
    return card;
  }));
  if (pages > 1) area.append(element("p", `${page + 1} / ${pages}`, "page"));
}

function drawLines(next) {
  lines = next;
  hear(next.now);
  drawGroups();
  if (large.length === 0) drawNow();
}

function drawWhole(whole) {
  if (whole.version !== text.version) {
    location.reload();
    return;
  }
  hear(whole.lines.now);
  if (whole.epoch !== epoch) {
    // Another life of the database: its ids begin anew.
    epoch = whole.epoch;
    seen = 0;
    large = [];
    waiting = [];
    past = [];
  }
  get("rule").textContent = whole.rule;
  whole.calls.forEach(take);
  drawLines(whole.lines);
  step();
  drawNow();
  drawPast();
}

function say() {
  const zone = text.zone;
  const style = { month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (heard !== null) {
    get("clock").textContent = new Intl.DateTimeFormat(document.documentElement.lang, { ...style, timeZone: zone }).format(now());
  }
  const status = get("heard");
  const silent = heard === null ? 0 : performance.now() - heard;
  const seconds = Math.floor(silent / 1000);
  const lost = silent > LOST;
  document.body.classList.toggle("lost", lost);
  if (heard === null) status.textContent = text.connecting;
  else if (lost) status.textContent = fill(text.lost, seconds);
  else status.textContent = seconds === 0 ? text.heardNow : fill(text.heard, seconds);
}

function connect() {
  if (source) source.close();
  const after = epoch && heard !== null ? `&after=${encodeURIComponent(`${epoch}.${seen}`)}` : "";
  source = new EventSource(`/board/events?language=${document.documentElement.lang}${after}`);
  const on = (name, handle) => source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
  on("board", drawWhole);
  on("lines", drawLines);
  on("heard", (word) => hear(word.now));
  on("call", (call) => {
    hear(0);
    take(call);
    tick();
  });
  attempts += 1;
  // By itself a browser gives up at an error of the server; this board never does.
  again = performance.now() + Math.min(30000, LOST * attempts) + Math.random() * 2000;
}

function tick() {
  const time = performance.now();
  if (step()) {
    drawNow();
    drawPast();
  }
  for (const card of document.querySelectorAll('#now .card[data-fresh="true"]')) {
    const shown = large.find(({ call }) => call.number === card.querySelector(".number").textContent);
    if (!shown || now() - shown.call.at >= FRESH) card.dataset.fresh = "false";
  }
  if (time - paged >= PAGE) {
    paged = time;
    page += 1;
    drawGroups();
  }
  const silent = heard === null ? Infinity : time - heard;
  if (silent > LOST && time > again) connect();
  say();
}

addEventListener("resize", drawGroups);
drawNow();
connect();
setInterval(tick, 250);
