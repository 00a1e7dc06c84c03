/** The page /verify/: take a file by choosing or dropping it, check it here, say what is proven and what is not. Nothing is sent. */

import { hex } from "./bytes";
import { CannotCheck, NotProven, check, parseKey, parsePolicy, type Proven } from "./receipt";
import { words } from "./words";

const say = words(document.documentElement.lang);

function element<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page lacks #${id}`);
  return found as T;
}

function line(tag: string, text: string, parent: HTMLElement): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text; // never as HTML: a document from outside must not become part of the page
  parent.append(made);
  return made;
}

function show(kind: "done" | "ask" | "wait", title: string): HTMLElement {
  const result = element("result");
  result.replaceChildren();
  const box = line("div", "", result);
  box.className = `notice notice-${kind}`;
  line("h2", title, box);
  result.focus();
  return box;
}

function showProven(proven: Proven): void {
  const box = show("done", `✓ ${say.proven}`);
  const list = line("ul", "", box);
  const field = (name: string): string => String(proven.document?.[name]);
  line("li", proven.document ? say.act(field("kind"), field("subject"), field("at")) : say.entry(hex(proven.entry)), list);
  line("li", say.place(String(proven.index), proven.origin, String(proven.size)), list);
  line("li", say.log, list);
  for (const [name, seconds] of proven.witnesses) line("li", say.witness(name, new Date(seconds * 1000).toISOString()), list);
  line("h3", say.not, box);
  const open = line("ul", "", box);
  for (const text of [say.truth, say.identity, ...(proven.witnesses.size ? [] : [say.split]), say.later]) line("li", text, open);
  if (proven.document) {
    const details = line("details", "", box);
    line("summary", say.document, details);
    line("pre", JSON.stringify(proven.document, null, 2), details);
  }
}

function showFault(fault: unknown): void {
  if (fault instanceof NotProven) {
    const place = fault.line === undefined ? "" : say.line(fault.line);
    line("p", say.advice, show("ask", `✗ ${say.failed(fault.step, say.faults[fault.fault] + place)}`));
  } else if (fault instanceof CannotCheck) {
    show("wait", say.cannot);
  } else {
    throw fault;
  }
}

async function run(file: File): Promise<void> {
  show("wait", say.working);
  try {
    const policyText = element<HTMLTextAreaElement>("policy").value.trim();
    const policy = policyText ? await parsePolicy(policyText) : null;
    const keyText = element<HTMLTextAreaElement>("log-key").value.trim();
    const logs = keyText ? [await parseKey(keyText)] : (policy?.logs ?? []);
    const entryText = element<HTMLInputElement>("entry").value.trim();
    const pairs = /^([0-9a-fA-F]{2}){32}$/.test(entryText) ? (entryText.match(/../g) ?? []) : null;
    const entry = pairs ? Uint8Array.from(pairs, (pair) => parseInt(pair, 16)) : null;
    showProven(await check(new Uint8Array(await file.arrayBuffer()), logs, policy, entry));
  } catch (fault) {
    showFault(fault);
  }
}

function start(): void {
  const chosen = element<HTMLInputElement>("file");
  const form = element<HTMLFormElement>("check");
  const again = (): void => {
    const file = chosen.files?.[0];
    if (file) void run(file);
  };
  chosen.addEventListener("change", again);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    again();
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) void run(file);
  });
  form.hidden = false;
  element("ready").textContent = globalThis.crypto?.subtle ? say.ready : say.cannot;
}

start();
