"use strict";
const $ = (id) => document.getElementById(id);
const state = { targets: [], target: null, language: "curl", form: true, body: null };
const MOST_SHOWN = 200000;
const MOST_COLUMNS = 6;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function headers(more = {}) {
  const key = $("key").value.trim();
  return key ? { ...more, Authorization: "Bearer " + key } : more;
}

/* ---- what there is to try ---- */

async function load() {
  try {
    const answer = await fetch("openapi.json", { headers: headers() });
    if (answer.status === 401) {
      problem("This service asks for a key. Enter it above to see its interfaces.");
      $("key").focus();
      return;
    }
    show(await answer.json());
    problem("");
  } catch (error) {
    problem("The service's description cannot be read: " + error.message);
  }
}

function show(document_) {
  const { title, version, description } = document_.info;
  document.title = title + ": try it";
  $("title").textContent = title;
  $("version").textContent = "Service version " + version + ". " + (description || "");
  state.targets = document_["x-targets"] || [];
  $("target").replaceChildren(...state.targets.map((t, i) => make("option", { value: i }, t.title)));
  choose(0);
}

function choose(index) {
  state.target = state.targets[index];
  if (!state.target) return;
  $("path").textContent = state.target.path;
  useSample();
}

function useSample() {
  if (!state.target) return;
  state.body = structuredClone(state.target.body);
  $("body").value = JSON.stringify(state.body, null, 2);
  present(state.target.form.kind !== "json");
}

async function health() {
  let up = false;
  try { up = (await fetch("v2/health/ready")).ok; } catch { up = false; }
  $("dot").className = "dot " + (up ? "up" : "down");
  const text = up ? "ready" : "not ready";
  if ($("health").textContent !== text) $("health").textContent = text;
}

/* ---- form and editor ---- */

function present(asForm) {
  const possible = state.target && state.target.form.kind !== "json";
  state.form = asForm && possible;
  $("as-form").disabled = !possible;
  $("as-form").setAttribute("aria-pressed", state.form);
  $("as-json").setAttribute("aria-pressed", !state.form);
  $("form").hidden = !state.form;
  $("editor").hidden = state.form;
  if (state.form) drawForm();
  changed();
}

function toForm() {
  try {
    const body = JSON.parse($("body").value);
    if (!fits(body)) throw new Error("its shape is not the form's");
    state.body = body;
    problem("");
    present(true);
  } catch (error) {
    problem("The form cannot show this JSON: " + error.message + ".");
  }
}

function fits(body) {
  const { kind, key, columns } = state.target.form;
  if (kind === "tensors") return Array.isArray(body.inputs) && body.inputs.every((t) => Array.isArray(t.data) && t.data.every((v) => typeof v !== "object"));
  const rows = body[key];
  if (!Array.isArray(rows)) return false;
  return rows.every((row) => kind === "rows" ? Array.isArray(row) && row.length === columns.length : row && !Array.isArray(row) && typeof row === "object");
}

function drawForm() {
  $("form").replaceChildren(...(state.target.form.kind === "tensors" ? state.body.inputs.map(tensor) : [table()]));
}

function table() {
  const { kind, key, columns } = state.target.form;
  const rows = state.body[key];
  const shown = (column) => (kind === "rows" ? "x" + column.name : column.name);
  const input = (row, r, column, n) => cell(row, kind === "rows" ? n : column.name, column.type, `Row ${r + 1}, ${shown(column)}`);
  const remove = (r) => make("button", { type: "button", class: "remove", "aria-label": `Remove row ${r + 1}`, onclick: () => { rows.splice(r, 1); drawForm(); changed(); } }, "\u00d7");
  const add = make("button", { type: "button", class: "add", onclick: () => {
    rows.push(structuredClone(rows.length ? rows[rows.length - 1] : state.target.body[key][0]));
    drawForm();
    changed();
  } }, "Add a row");
  if (columns.length > MOST_COLUMNS) {
    const card = (row, r) => make("fieldset", {}, make("legend", {}, make("b", {}, `Row ${r + 1}`), remove(r)),
      make("div", { class: "cells" }, ...columns.map((column, n) => make("label", {}, make("span", {}, shown(column)), input(row, r, column, n)))));
    return make("div", {}, ...rows.map(card), add);
  }
  const line = (row, r) => make("tr", {}, ...columns.map((column, n) => make("td", {}, input(row, r, column, n))), make("td", {}, remove(r)));
  const head = make("tr", {}, ...columns.map((column) => make("th", { scope: "col" }, shown(column))), make("th", {}, make("span", { class: "hidden" }, "Remove")));
  return make("div", {}, make("div", { class: "scroll" }, make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows.map(line)))), add);
}

function tensor(given) {
  const kind = given.datatype === "BYTES" ? "text" : given.datatype === "BOOL" ? "boolean" : "number";
  const cells = given.data.map((_, n) => cell(given.data, n, kind, `${given.name}, value ${n + 1}`));
  const name = make("b", {}, given.name);
  return make("fieldset", {}, make("legend", {}, name, ` ${given.datatype} [${given.shape.join(", ")}]`), make("div", { class: "cells" }, ...cells));
}

function cell(holder, place, type, label) {
  if (type === "boolean") {
    const box = make("input", { type: "checkbox", "aria-label": label, onchange: () => { holder[place] = box.checked; changed(); } });
    box.checked = Boolean(holder[place]);
    return box;
  }
  const input = make("input", { type: "text", inputmode: type === "number" ? "decimal" : "text", "aria-label": label, oninput: () => {
    const number = Number(input.value.trim());
    const valid = type !== "number" || (input.value.trim() !== "" && Number.isFinite(number));
    input.setAttribute("aria-invalid", !valid);
    holder[place] = type === "number" && valid ? number : type === "number" ? null : input.value;
    changed();
  } });
  input.value = holder[place] ?? "";
  return input;
}

function changed() {
  if (state.form) $("body").value = JSON.stringify(state.body, null, 2);
  drawSnippet();
}

/* ---- sending ---- */

async function send() {
  if (!state.target) return;
  const body = compact();
  if (body === null) return;
  $("send").disabled = true;
  const started = performance.now();
  try {
    const answer = await fetch(state.target.path.replace(/^\//, ""), { method: "POST", headers: headers({ "Content-Type": "application/json" }), body });
    const text = await answer.text();
    shown(answer, text, performance.now() - started);
  } catch (error) {
    $("status").className = "status bad";
    $("status").textContent = "no answer";
    $("facts").hidden = true;
    $("answer").textContent = error.message;
  } finally {
    $("send").disabled = false;
  }
}

function compact() {
  try {
    const text = JSON.stringify(JSON.parse($("body").value));
    problem("");
    return text;
  } catch (error) {
    problem("The body is not JSON: " + error.message);
    return null;
  }
}

function shown(answer, text, milliseconds) {
  $("status").className = "status " + (answer.ok ? "good" : "bad");
  $("status").textContent = (answer.status + " " + answer.statusText).trim();
  $("facts").hidden = false;
  $("latency").textContent = milliseconds.toFixed(1) + " ms";
  const inside = answer.headers.get("x-ms-run-fn-exec-ms");
  $("inside").textContent = inside ? Number(inside).toFixed(2) + " ms" : "not told";
  $("request-id").textContent = answer.headers.get("x-request-id") || "not told";
  let pretty = text;
  try { pretty = JSON.stringify(JSON.parse(text), null, 2); } catch { /* it is shown as it came */ }
  $("answer").textContent = pretty.length > MOST_SHOWN ? pretty.slice(0, MOST_SHOWN) + "\n... (" + pretty.length + " characters)" : pretty || "(empty)";
}

function problem(text) { $("problem").textContent = text; }

/* ---- snippets ---- */

const SNIPPETS = {
  curl: (url, body, key) => `curl ${shell(url)} \\\n  -H 'Content-Type: application/json' \\\n${key ? "  -H \"Authorization: Bearer $SCORING_KEY\" \\\n" : ""}  -d ${shell(body)}`,
  python: (url, body, key) => `import json${key ? "\nimport os" : ""}\nfrom urllib.request import Request, urlopen\n\nbody = ${JSON.stringify(body)}\nheaders = {"Content-Type": "application/json"}\n${key ? "headers[\"Authorization\"] = \"Bearer \" + os.environ[\"SCORING_KEY\"]\n" : ""}with urlopen(Request(${JSON.stringify(url)}, body.encode(), headers)) as answer:\n    print(json.load(answer))`,
  csharp: (url, body, key) => `using System.Net.Http.Headers;\nusing System.Text;\n\nusing var client = new HttpClient();\n${key ? "client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(\n    \"Bearer\", Environment.GetEnvironmentVariable(\"SCORING_KEY\"));\n" : ""}var body = ${JSON.stringify(body)};\nvar content = new StringContent(body, Encoding.UTF8, "application/json");\nvar answer = await client.PostAsync(${JSON.stringify(url)}, content);\nConsole.WriteLine(await answer.Content.ReadAsStringAsync());`,
};

function shell(text) { return "'" + text.replaceAll("'", "'\\''") + "'"; }

function drawSnippet() {
  if (!state.target) return;
  let body = $("body").value;
  try { body = JSON.stringify(JSON.parse(body)); } catch { /* shown as it is being typed */ }
  const url = new URL(state.target.path.replace(/^\//, ""), document.baseURI).href;
  $("snippet").textContent = SNIPPETS[state.language](url, body, $("key").value.trim() !== "");
}

async function copy() {
  try {
    await navigator.clipboard.writeText($("snippet").textContent);
    $("copy").textContent = "Copied";
  } catch {
    getSelection().selectAllChildren($("snippet"));
    $("copy").textContent = "Selected";
  }
  setTimeout(() => { $("copy").textContent = "Copy"; }, 1500);
}

/* ---- wiring ---- */

$("target").addEventListener("change", (event) => choose(Number(event.target.value)));
$("key").addEventListener("change", () => { if (!state.targets.length) load(); drawSnippet(); });
$("key").addEventListener("input", drawSnippet);
$("as-form").addEventListener("click", toForm);
$("as-json").addEventListener("click", () => present(false));
$("body").addEventListener("input", changed);
$("send").addEventListener("click", send);
$("sample").addEventListener("click", useSample);
$("copy").addEventListener("click", copy);
document.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send(); });
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    state.language = button.dataset.language;
    for (const other of document.querySelectorAll("[data-language]")) other.setAttribute("aria-pressed", other === button);
    drawSnippet();
  });
}
load();
health();
setInterval(health, 5000);
