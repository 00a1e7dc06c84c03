// Zero-knowledge proofs of Belenios, crypto version 1, as the booth makes them.
import { G, hashToScalar, mod, random, times, write, type Point } from "./group";

export interface Proof {
  challenge: string;
  response: string;
}

/** One way in which a disjunction can be true: (alpha, beta - value G) is (G, y) to the same exponent. */
export interface Case {
  alpha: Point;
  beta: Point;
  value: number;
}

const proof = (challenge: bigint, response: bigint): Proof => ({ challenge: String(challenge), response: String(response) });
const challengeOver = (prefix: string, points: Point[]): bigint => hashToScalar(`${prefix}|${points.map(write).join(",")}`);

/** Schnorr proof of the exponent `secret` of G. */
export function proveKnowledge(prefix: string, secret: bigint): Proof {
  const w = random();
  const challenge = challengeOver(prefix, [times(G, w)]);
  return proof(challenge, mod(w - secret * challenge));
}

/** Prove that one of `cases` holds without saying which: the others are simulated. */
export function proveOneOf(y: Point, prefix: string, cases: Case[], which: number, randomness: bigint): Proof[] {
  const w = random();
  const made: [bigint, bigint][] = [];
  const commitments: Point[] = [];
  cases.forEach((one, j) => {
    if (j === which) {
      made.push([0n, 0n]);
      commitments.push(times(G, w), times(y, w));
      return;
    }
    const [challenge, response] = [random(), random()];
    const beta = one.value ? one.beta.subtract(times(G, BigInt(one.value))) : one.beta;
    made.push([challenge, response]);
    commitments.push(times(G, response).add(times(one.alpha, challenge)), times(y, response).add(times(beta, challenge)));
  });
  const challenge = mod(challengeOver(prefix, commitments) - made.reduce((sum, [c]) => sum + c, 0n));
  made[which] = [challenge, mod(w - randomness * challenge)];
  return made.map(([c, r]) => proof(c, r));
}
