// Reads {election, cases: [{secret, votes}]} from standard input; prints for each {text, tracker, randomness, cpu} or {refused}.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { cast, readElection, BadVote } = await import(pathToFileURL(process.argv[2]).href);
const { election, cases } = JSON.parse(readFileSync(0, "utf8"));
const read = readElection(election);
const out = cases.map(({ secret, votes }) => {
  const before = process.cpuUsage();
  try {
    const made = cast(read, BigInt(secret), votes);
    const { user, system } = process.cpuUsage(before);
    return { ...made, cpu: (user + system) / 1e6 };
  } catch (fault) {
    if (fault instanceof BadVote) return { refused: true };
    throw fault;
  }
});
console.log(JSON.stringify(out));
