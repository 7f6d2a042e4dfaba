// The browser of segments. Texts enter the page as text nodes alone, so no text can become markup.
const data = JSON.parse(document.getElementById("data").textContent);
const source = atob(document.getElementById("library").textContent);
const url = URL.createObjectURL(new Blob([source.replace(/[\x80-\xff]+/g, decode)], { type: "text/javascript" }));
const { default: DataTable } = await import(url);
URL.revokeObjectURL(url);

// atob() returns bytes as characters; those of UTF-8 beyond ASCII are joined again.
function decode(bytes) {
  return new TextDecoder().decode(Uint8Array.from(bytes, (one) => one.charCodeAt(0)));
}

const dark = matchMedia("(prefers-color-scheme: dark)");
const setDark = () => document.documentElement.classList.toggle("dark", dark.matches);
dark.addEventListener("change", setDark);
setDark();

const { systems, values, groups, rows } = data;
for (const row of rows) {
  // JSON knows no infinity.
  row.scores = row.scores.map((ofValue) => ofValue.map((score) => (score === null ? null : Number(score.toString().replace("inf", "Infinity")))));
  const texts = [...row.references, ...row.texts, ...row.more.map(([, text]) => text), ...row.groups.map((at, of) => groups[of].labels[at])];
  row.searched = texts.join("\n").toLowerCase();
}
const state = { value: 0, one: 0, other: Math.min(1, systems.length - 1), group: groups.map(() => ""), words: [] };
const difference = (row) => {
  const scores = row.scores[state.value];
  const [one, other] = [scores[state.one], scores[state.other]];
  const found = one === null || other === null ? null : other - one;
  return Number.isNaN(found) ? null : found;
};

function element(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

function shown(number) {
  if (number === null) return "";
  return Number.isFinite(number) ? number.toFixed(values[state.value].decimals) : number > 0 ? "inf" : "-inf";
}

// A score as DataTables wants it: as a number for sorting, and as text for people.
function score(pick, signed) {
  return (_, type, row) => {
    const number = pick(row);
    if (type !== "display") return number;
    return signed && number > 0 ? `+${shown(number)}` : shown(number);
  };
}

// The type of all columns, also of numbers that stand for groups. Missing scores come last in both directions.
const compared = (sign) => (one, other) =>
  one === other ? 0 : one === null ? 1 : other === null ? -1 : sign * (one < other ? -1 : 1);
DataTable.type("score", "order", { asc: compared(1), desc: compared(-1) });

// The tokens of a text as the alignment counts them; null if they are counted otherwise.
function tokens(text, count) {
  const found = data.characters ? Array.from(text) : text.split(/\s+/u).filter((token) => token);
  return found.length === count ? found : null;
}

// A prediction in which wrong words are marked and missing ones are struck through. `encoded` has the kind of each run
// of tokens and their number: "=" equal, "s" substituted, "i" not in the reference, "d" missing.
function marked(prediction, reference, encoded) {
  const made = element("span", "text");
  const runs = [...(encoded || "").matchAll(/([=sid])(\d+)/g)].map(([, kind, length]) => [kind, Number(length)]);
  const count = (absent) => runs.reduce((sum, [kind, length]) => sum + (kind === absent ? 0 : length), 0);
  const own = encoded !== null && tokens(prediction, count("d"));
  const theirs = encoded !== null && reference !== null && tokens(reference, count("i"));
  if (!own || !theirs) {
    made.textContent = prediction;
    return made;
  }
  const space = data.characters ? "" : " ";
  let [at, there] = [0, 0];
  const add = (name, words, title) => {
    if (!words.length) return;
    if (made.childNodes.length) made.append(space);
    const part = name ? element("span", name, words.join(space)) : document.createTextNode(words.join(space));
    if (title) part.title = title;
    made.append(part);
  };
  for (const [kind, length] of runs) {
    const [mine, missed] = [kind === "d" ? 0 : length, kind === "i" ? 0 : length];
    const words = own.slice(at, at + mine);
    const others = theirs.slice(there, there + missed);
    if (kind === "=") add("", words);
    else if (kind === "d") add("missing", others, "missing");
    else add("wrong", words, kind === "i" ? "not in the reference" : `reference: ${others.join(space)}`);
    at += mine;
    there += missed;
  }
  return made;
}

function textOf(name, content, wide) {
  const made = element("div", wide ? "wide" : "");
  made.append(element("span", "name", name), content);
  return made;
}

function texts(row) {
  const made = element("div", "texts");
  for (const [name, text] of row.more) made.append(textOf(name, element("span", "text", text), true));
  row.references.forEach((text, at) => {
    const name = row.references.length > 1 ? `reference ${at + 1}` : "reference";
    made.append(textOf(name, element("span", "text", text), true));
  });
  for (const at of new Set([state.one, state.other])) {
    if (row.texts[at] === null) continue;
    const [runs, reference] = [row.runs[at], row.references.length ? row.references[0] : null];
    made.append(textOf(systems[at], marked(row.texts[at], reference, runs), false));
  }
  return made;
}

// Titles and labels are text, not markup. Types are given, because DataTables finds them by parsing texts as HTML, and
// so does its search, which is replaced below.
const safe = (text) => DataTable.util.escapeHtml(String(text));
const scored = (title, render) => ({ title, data: null, className: "number", type: "score", render });
const columns = [
  { title: "#", data: "number", className: "number", type: "score" },
  ...groups.map((group, at) => ({
    title: group.name,
    data: null,
    type: "score",
    render: (_, type, row) => (type === "display" ? safe(group.labels[row.groups[at]]) : row.groups[at]),
  })),
  scored(systems[0], score((row) => row.scores[state.value][state.one])),
];
const first = groups.length + 1;
if (systems.length > 1) {
  columns.push(
    scored("other", score((row) => row.scores[state.value][state.other])),
    scored("difference", score(difference, true)),
  );
}
columns.push({
  title: "texts",
  data: null,
  orderable: false,
  className: "texts-cell",
  type: "score",
  render: (_, type, row) => (type === "display" ? texts(row) : 0),
});
const table = new DataTable("#browser", {
  data: rows,
  columns: columns.map((column) => ({ ...column, title: safe(column.title), searchable: false })),
  // Phones show the titles beside the cells.
  rowCallback: (line) => [...line.cells].forEach((cell, at) => cell.setAttribute("data-title", columns[at].title)),
  deferRender: true,
  pageLength: 20,
  lengthMenu: [10, 20, 50, 100],
  autoWidth: false,
  order: [],
  language: { entries: { _: "segments", 1: "segment" } },
  layout: { topStart: "pageLength", topEnd: null, bottomStart: "info", bottomEnd: "paging" },
});
DataTable.ext.search.push((settings, _, index) => {
  const row = rows[index];
  const isInGroup = state.group.every((label, at) => label === "" || row.groups[at] === Number(label));
  return isInGroup && state.words.every((word) => row.searched.includes(word));
});

// How segments are sorted: the column, and whether higher numbers come first where higher scores are better.
const orders = [
  ["as in the data", 0, false],
  [`worst`, first, false],
  [`best`, first, true],
];
if (systems.length > 1) {
  orders.push(["largest gains", first + 2, true], ["largest losses", first + 2, false]);
}

function sort(at) {
  const [, column, descends] = orders[at];
  const isHigherBetter = column === 0 || values[state.value].higher_is_better !== false;
  table.order([[column, descends === isHigherBetter ? "desc" : "asc"]]).draw();
}

function refresh() {
  const name = values[state.value].name;
  const titles = [`${name} ${systems.length > 1 ? systems[state.one] : ""}`.trim()];
  if (systems.length > 1) titles.push(`${name} ${systems[state.other]}`, "difference");
  titles.forEach((title, at) => {
    const header = table.column(first + at).header();
    (header.querySelector(".dt-column-title") || header).textContent = title;
    columns[first + at].title = title;
  });
  table.rows().invalidate();
  sort(Number(order.value));
}

function choice(label, options, chosen, change) {
  const made = element("label", "", `${label} `);
  const select = element("select");
  options.forEach((text, at) => {
    const option = element("option", "", text);
    option.value = at;
    select.append(option);
  });
  select.value = chosen;
  select.addEventListener("change", () => change(select.value));
  made.append(select);
  document.getElementById("controls").append(made);
  return select;
}

const search = element("label", "", "search ");
const input = element("input");
input.type = "search";
// Words in quotes are found together.
input.addEventListener("input", () => {
  state.words = [...input.value.toLowerCase().matchAll(/"([^"]+)"|(\S+)/g)].map((found) => found[1] ?? found[2]);
  table.draw();
});
search.append(input);
document.getElementById("controls").append(search);
if (values.length > 1) {
  choice("score", values.map((value) => value.name), 0, (at) => { state.value = Number(at); refresh(); });
}
if (systems.length > 1) {
  choice("system", systems, state.one, (at) => { state.one = Number(at); refresh(); });
  choice("beside", systems, state.other, (at) => { state.other = Number(at); refresh(); });
}
groups.forEach((group, at) => {
  choice(group.name, ["all", ...group.labels], 0, (label) => {
    state.group[at] = Number(label) ? String(Number(label) - 1) : "";
    table.draw();
  });
});
const order = choice("order", orders.map(([text]) => text), orders.length > 3 ? 3 : 1, (at) => sort(Number(at)));
refresh();
document.getElementById("segments").dataset.ready = "yes";
