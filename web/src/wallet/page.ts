/** The page /wallet/: open with the PIN, take an offer, show what is asked, see what is there and where it was shown. */

import { at, open, Refused } from "./card";
import { lacks, type Offer, readOffer, readRequest, type Request, show, take, type Wanted } from "./protocol";
import { create, destroy, exists, type Kept, unlock, type Vault, WrongPin } from "./vault";
import { words } from "./words";

const LEAST_PIN = 6;
const tongue = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
const say = words(tongue);
const root = document.getElementById("wallet");
const send: typeof fetch = (address, init) => fetch(address, { ...init, credentials: "omit", redirect: "error", headers: { "Accept-Language": tongue, ...init?.headers } });
const seconds = (): number => Math.floor(Date.now() / 1000);
let vault: Vault | undefined;

// Text from outside is set as text, never as HTML.
function node<K extends keyof HTMLElementTagNameMap>(tag: K, text = "", parent?: HTMLElement, kind = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (kind) made.className = kind;
  parent?.append(made);
  return made;
}

function screen(): HTMLElement {
  if (!root) throw new Error("the page lacks #wallet");
  root.replaceChildren();
  root.focus({ preventScroll: false });
  return root;
}

function notice(parent: HTMLElement, kind: "done" | "ask" | "wait", ...lines: string[]): void {
  const box = node("div", "", parent, `notice notice-${kind}`);
  box.setAttribute("role", kind === "ask" ? "alert" : "status");
  for (const line of lines) if (line) node("p", line, box);
}

function button(parent: HTMLElement, text: string, act: () => unknown, isQuiet = false): void {
  const made = node("button", text, parent, isQuiet ? "button button-quiet" : "button");
  made.type = "button";
  made.addEventListener("click", () => void guarded(act));
}

function field(parent: HTMLElement, id: string, label: string, type: string): HTMLInputElement {
  const box = node("div", "", parent, "field");
  const title = node("label", label, box, "label");
  title.htmlFor = id;
  const input = node("input", "", box, "input");
  Object.assign(input, { id, type, autocomplete: "off", required: true });
  return input;
}

function form(parent: HTMLElement, text: string, act: () => unknown): HTMLFormElement {
  const made = node("form", "", parent);
  made.noValidate = true;
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    void guarded(act);
  });
  queueMicrotask(() => {
    const row = node("p", "", made, "buttons");
    node("button", text, row, "button").type = "submit";
  });
  return made;
}

async function guarded(act: () => unknown): Promise<void> {
  try {
    await act();
  } catch (fault) {
    const place = screen();
    const told = fault instanceof Refused ? fault : undefined;
    notice(place, "ask", told?.told || say.fault, told?.next ?? "", told?.told ? "" : `${say.rule}${told?.rule ?? String(fault)}`, told?.next ? "" : say.retry);
    button(node("p", "", place, "buttons"), say.back, home, true);
  }
}

const date = (at: number): string => new Date(at * 1000).toISOString().slice(0, 10);
const shownValue = (value: unknown): string => (value === true ? say.yes : value === false ? say.no : String(value));
const titleOf = (card: Kept, path: readonly string[]): string => card.claims.find((one) => one.path.join("\n") === path.join("\n"))?.title[tongue] ?? path.join(".");

// Opening -----------------------------------------------------------------------------------------------------------------

async function start(): Promise<void> {
  if (vault) return begin();
  const place = screen();
  if (await exists()) {
    const asked = form(place, say.unlock, async () => {
      try {
        vault = await unlock(pin.value);
      } catch (fault) {
        if (!(fault instanceof WrongPin)) throw fault;
        await start();
        notice(place, "ask", say.wrongPin);
        return;
      }
      await begin();
    });
    const pin = field(asked, "pin", say.pin, "password");
  } else {
    node("p", say.makeLead, place);
    const asked = form(place, say.make, async () => {
      if (pin.value.length < LEAST_PIN || pin.value !== again.value) {
        await start();
        notice(place, "ask", say.shortPin);
        return;
      }
      vault = await create(pin.value);
      await begin();
    });
    const pin = field(asked, "pin", say.pinNew, "password");
    const again = field(asked, "pin-again", say.pinAgain, "password");
  }
}

async function begin(): Promise<void> {
  const given = new URLSearchParams(location.hash.slice(1));
  const [offer, request, client] = [given.get("credential_offer_uri"), given.get("request_uri"), given.get("client_id")];
  if (offer) await guarded(() => offered(offer));
  else if (request && client) await guarded(() => asked(request, client));
  else await home();
}

// Home --------------------------------------------------------------------------------------------------------------------

async function home(): Promise<void> {
  history.replaceState(null, "", location.pathname);
  if (!vault) return start();
  const place = screen();
  node("h2", say.cards, place);
  if (!vault.content.cards.length) node("p", say.none, place);
  for (const card of vault.content.cards) await describe(place, card);
  const links = node("p", "", place, "buttons");
  node("a", say.toLicences, links).href = "/licences/";
  button(links, say.lock, lock, true);
  node("h2", say.history, place);
  if (!vault.content.history.length) node("p", say.never, place);
  const list = node("ul", "", place);
  for (const one of vault.content.history) node("li", `${new Date(one.at * 1000).toLocaleString(tongue)} ${say.shownTo(one.to[tongue], one.why[tongue], one.what.join(", "))}`, list);
  const away = node("details", "", place);
  node("summary", say.forget, away);
  node("p", say.forgetLead, away);
  button(node("p", "", away, "buttons"), say.forgetSure, async () => {
    vault = undefined;
    await destroy();
    await start();
  });
}

function lock(): Promise<void> {
  vault = undefined;
  return start();
}

async function describe(place: HTMLElement, card: Kept): Promise<void> {
  const box = node("section", "", place, "card");
  node("h3", card.title[tongue], box);
  const fresh = card.copies.filter((copy) => !copy.used).length;
  const line = node("p", "", box, "meta");
  node("span", say.from + card.issuerTitle[tongue], line);
  node("span", `${say.until} ${date(card.until)}`, line);
  node("span", say.copies(fresh, card.copies.length), line);
  const details = node("details", "", box);
  node("summary", say.holds, details);
  const list = node("dl", "", details, "facts");
  const opened = await open(card.copies[0]?.token ?? "");
  const order = card.claims.map((one) => one.path.join("\n"));
  const rank = (path: readonly string[]): number => order.indexOf(path.join("\n"));
  for (const claim of [...opened.claims].sort((a, b) => rank(a.path) - rank(b.path))) {
    node("dt", titleOf(card, claim.path), list);
    node("dd", shownValue(claim.value), list);
  }
}

// Taking ------------------------------------------------------------------------------------------------------------------

async function offered(address: string): Promise<void> {
  const offer = await readOffer(send, address);
  const place = screen();
  node("h2", say.offered(offer.title[tongue], offer.issuerTitle[tongue]), place);
  node("p", say.willHold, place);
  const list = node("ul", "", place);
  for (const claim of offer.claims) node("li", claim.title[tongue], list);
  const asked = form(place, say.accept, () => accept(offer, digits?.value.trim() ?? ""));
  const digits = offer.digits ? field(asked, "digits", say.digits, "text") : undefined;
  if (digits) digits.inputMode = "numeric";
}

async function accept(offer: Offer, digits: string): Promise<void> {
  if (!vault) return start();
  notice(screen(), "wait", say.working);
  const copies = await take(send, offer, digits, seconds());
  const first = await open(copies[0]?.token ?? "");
  const id = crypto.randomUUID();
  const keys = new Map(copies.map((copy, i) => [`${id}/${i}`, copy.key]));
  vault.content.cards = vault.content.cards.filter((card) => card.vct !== offer.vct || card.issuer !== offer.issuer); // the new taking replaces the old
  vault.content.cards.unshift({
    id, vct: offer.vct, issuer: offer.issuer, title: { ...offer.title }, issuerTitle: { ...offer.issuerTitle }, takenAt: seconds(),
    claims: offer.claims.map(({ path, title }) => ({ path: [...path], title: { ...title } })),
    until: Number(first.jwt.payload["exp"] ?? 0), copies: copies.map((copy, i) => ({ key: `${id}/${i}`, token: copy.token, used: 0 })),
  });
  await vault.save(keys);
  await home();
  const done = document.createElement("div");
  root?.prepend(done);
  notice(done, "done", say.taken);
}

// Showing -----------------------------------------------------------------------------------------------------------------

async function asked(address: string, client: string): Promise<void> {
  if (!vault) return start();
  const request = await readRequest(send, address, client, seconds());
  const place = screen();
  node("h2", say.asks(request.reason?.agency[tongue] ?? request.host), place);
  if (request.reason) {
    node("p", say.why + request.reason.text[tongue], place);
    node("p", say.law + request.reason.law[tongue], place);
  } else notice(place, "wait", say.unnamed);
  const possible = await answers(place, request);
  if (possible.length) choose(place, request, possible);
  else button(node("p", "", place, "buttons"), say.back, home, true);
}

interface Answer {
  readonly card: Kept;
  readonly wanted: Wanted;
}

async function answers(place: HTMLElement, request: Request): Promise<Answer[]> {
  const possible: Answer[] = [];
  const near: string[] = [];
  for (const wanted of request.wanted) {
    for (const card of vault?.content.cards ?? []) {
      if (!wanted.types.includes(card.vct)) continue;
      const missing = lacks(await open(card.copies[0]?.token ?? ""), wanted);
      if (missing.length) near.push(say.doesNotServe(card.title[tongue], missing.map((path) => titleOf(card, path)).join(", ")));
      else possible.push({ card, wanted });
    }
  }
  if (!possible.length) notice(place, "ask", say.noCard, ...(near.length ? near : request.wanted.map((one) => one.types.map((type) => type.split("/").at(-1)).join(", "))));
  return possible;
}

function choose(place: HTMLElement, request: Request, possible: readonly Answer[]): void {
  const made = form(place, say.show, () => {
    const index = Number(made.querySelector<HTMLInputElement>("input[name=card]:checked")?.value ?? 0);
    return hand(request, possible[index] as Answer);
  });
  const group = node("fieldset", "", made, "field");
  node("legend", say.choose, group);
  for (const [i, { card, wanted }] of possible.entries()) {
    const row = node("label", "", node("div", "", group, "choices"), "choice");
    const input = node("input", "", row);
    Object.assign(input, { type: "radio", name: "card", value: String(i), checked: i === 0 });
    node("span", card.title[tongue], row);
    node("p", say.sees, group);
    const list = node("ul", "", group);
    for (const { path } of wanted.claims) node("li", titleOf(card, path), list);
    if (!card.copies.some((copy) => !copy.used)) notice(group, "wait", say.reused);
  }
  node("p", say.notSeen, made, "soft");
  button(node("p", "", place, "buttons"), say.decline, async () => {
    await home();
    if (root) notice(root, "wait", say.declined);
  }, true);
}

async function hand(request: Request, { card, wanted }: Answer): Promise<void> {
  if (!vault) return start();
  const copy = [...card.copies].sort((a, b) => a.used - b.used)[0];
  if (!copy) throw new Refused("copy");
  notice(screen(), "wait", say.working);
  copy.used += 1; // written before it is sent: a copy whose fate is unknown counts as shown
  const opened = await open(copy.token);
  const what = wanted.claims.map(({ path }) => `${titleOf(card, path)} = ${shownValue(at(opened, path)?.value)}`);
  const unnamed = { zh: request.host, en: request.host };
  vault.content.history.unshift({ at: seconds(), card: card.id, to: request.reason?.agency ?? unnamed, why: request.reason?.title ?? unnamed, what });
  await vault.save();
  const where = await show(send, request, wanted, { key: await vault.key(copy.key), token: copy.token }, seconds());
  history.replaceState(null, "", location.pathname);
  const place = screen();
  notice(place, "done", say.shown);
  const links = node("p", "", place, "buttons");
  if (where && new URL(where).origin === location.origin) node("a", say.goOn, links, "button").href = where;
  button(links, say.back, home, true);
}

window.addEventListener("hashchange", () => void guarded(start));
void guarded(start);
