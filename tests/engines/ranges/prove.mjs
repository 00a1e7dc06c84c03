// Reads a JSON array of {value, blinding, side, limit, bits, tag} from standard input; prints one of {commitment, proof, cpu} or {refused}.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { commit, prove, NotProvable } = await import(pathToFileURL(process.argv[2]).href);
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const out = JSON.parse(readFileSync(0, "utf8")).map(({ value, blinding, side, limit, bits, tag }) => {
  const before = process.cpuUsage();
  try {
    const proof = prove(value, BigInt(blinding), { side, limit, bits }, Buffer.from(tag, "hex"));
    const { user, system } = process.cpuUsage(before);
    return { commitment: hex(commit(value, BigInt(blinding))), proof: hex(proof), cpu: (user + system) / 1e6 };
  } catch (fault) {
    if (fault instanceof NotProvable) return { refused: true };
    throw fault;
  }
});
console.log(JSON.stringify(out));
