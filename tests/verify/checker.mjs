// Runs the browser's checker in node: one JSON case a line on stdin, one result a line on stdout.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { NotProven, check, parseKey, parsePolicy } = await import(pathToFileURL(process.argv[2]));
for await (const line of createInterface({ input: process.stdin })) {
  const given = JSON.parse(line);
  let answer;
  try {
    const policy = given.policy === null ? null : await parsePolicy(given.policy);
    const logs = await Promise.all(given.logs.map((text) => parseKey(text)));
    const entry = given.entry === null ? null : new Uint8Array(Buffer.from(given.entry, "hex"));
    const proven = await check(new Uint8Array(Buffer.from(given.file, "base64")), logs, policy, entry);
    answer = { index: Number(proven.index), size: Number(proven.size), witnesses: [...proven.witnesses.keys()].sort(), document: proven.document };
  } catch (fault) {
    if (!(fault instanceof NotProven)) throw fault;
    answer = { step: fault.step };
  }
  console.log(JSON.stringify(answer));
}
