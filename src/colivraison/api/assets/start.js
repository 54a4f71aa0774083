"use strict";
// Sends the file, follows the plan, shows the answer. Every sentence comes from the page or from
// the server, in the reader's language; whatever people typed is set as text, never as markup.
const at = (id) => document.getElementById(id);
const show = (id, yes) => { at(id).hidden = !yes; };
const pause = (seconds) => new Promise((done) => { setTimeout(done, seconds * 1000); });
let plan = null;

function item(text, small) {
  const li = document.createElement("li");
  li.append(text);
  if (small) {
    const more = document.createElement("small");
    more.textContent = small;
    li.append(more);
  }
  return li;
}

function showFaults(faults) {
  at("faults").replaceChildren(...faults.map((fault) =>
    item([fault.place, fault.cause].filter(Boolean).join(" : "), fault.action)));
  show("faults", faults.length > 0);
}

function showProblem(problem) {
  at("status").textContent = problem.title;
  at("detail").textContent = problem.detail;
  show("detail", true);
  showFaults(problem.errors);
}

function showPlan(state) {
  const working = state.status === "queued" || state.status === "running";
  const done = state.status === "succeeded";
  at("status").textContent = state.status_text;
  at("share").value = state.progress_share;
  at("stage").textContent = state.stage_text || "";
  show("working", working);
  show("done", done);
  showFaults(state.faults);
  if (done) {
    at("map").href = state.map_href;
    at("files").replaceChildren(...state.file_hrefs.map((href) => {
      const link = document.createElement("a");
      link.href = href;
      link.textContent = decodeURIComponent(href.split("/").pop());
      return item(link);
    }));
  }
  return working;
}

async function follow(state) {
  plan = state.href;
  while (showPlan(state)) {
    await pause(1);
    const answer = await fetch(plan);
    if (!answer.ok) {
      showProblem(await answer.json());
      show("working", false);
      return;
    }
    state = await answer.json();
  }
}

async function guarded(work) {
  try {
    await work();
  } catch (error) {
    // The server is gone or the phone is off line; the console keeps the reason.
    console.warn(error);
    show("working", false);
    show("lost", true);
  }
}

at("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const button = at("ask").querySelector("button");
  button.disabled = true;
  show("answer", true);
  for (const id of ["working", "detail", "faults", "lost", "done", "erased"]) show(id, false);
  guarded(async () => {
    const answer = await fetch("v1/plans", { method: "POST", body: new FormData(at("ask")) });
    const body = await answer.json();
    if (answer.ok) await follow(body);
    else showProblem(body);
  }).finally(() => { button.disabled = false; });
});

at("cancel").addEventListener("click", () => guarded(() => fetch(`${plan}/cancel`, { method: "POST" })));

at("erase").addEventListener("click", () => guarded(async () => {
  const answer = await fetch(plan, { method: "DELETE" });
  if (!answer.ok) { showProblem(await answer.json()); return; }
  show("done", false);
  show("erased", true);
}));
