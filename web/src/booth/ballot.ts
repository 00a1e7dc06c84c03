// A ballot made in the browser: choices encrypted, proven allowed, signed with the credential. The format is docs/specs/ballots.md (Belenios,
// crypto version 1, Ed25519). What was drawn at random is handed back, so that the voter can have the ballot opened instead of cast.
import { fingerprint, G, mod, ONE, ORDER, random, read, times, write, type Point } from "./group";
import { proveKnowledge, proveOneOf, type Case, type Proof } from "./proofs";

interface Question {
  answers: string[];
  blank?: boolean;
  min: number;
  max: number;
  question: string;
}

export interface Election {
  text: string;
  name: string;
  description: string;
  uuid: string;
  fingerprint: string;
  publicKey: Point;
  questions: Question[];
}

/** For each question 0 or 1 for each answer; null for a blank vote. */
export type Votes = (number[] | null)[];

export interface Made {
  text: string;
  tracker: string;
  /** What opens the ballot: for each question, for each ciphertext, the number drawn (decimal). Shown only where the ballot is audited, never cast. */
  randomness: string[][];
}

/** A choice that the question does not allow, or an election this booth cannot serve. */
export class BadVote extends Error {}

type Pair = [Point, Point];

/** Read an election from its bytes as published. */
export function readElection(text: string): Election {
  const fields = JSON.parse(text);
  if (fields.version !== 1 || fields.group !== "Ed25519") throw new BadVote("election");
  const publicKey = read(fields.public_key);
  if (publicKey.equals(ONE)) throw new BadVote("election");
  publicKey.precompute(8, false);
  return { text, name: fields.name, description: fields.description, uuid: fields.uuid, fingerprint: fingerprint(text), publicKey, questions: fields.questions };
}

/** The public part of a credential. */
export function credentialOf(secret: bigint): string {
  return write(times(G, secret));
}

/** Encrypt, prove and sign. Throws BadVote. */
export function cast(election: Election, secret: bigint, votes: Votes): Made {
  if (secret <= 0n || secret >= ORDER || votes.length !== election.questions.length) throw new BadVote("votes");
  const credential = credentialOf(secret);
  const s0 = `${election.fingerprint}|${credential}`;
  const drawn: bigint[][] = [];
  const answers = election.questions.map((question, i) => {
    const values = valuesOf(question, votes[i] ?? null);
    drawn.push(values.map(() => random()));
    return answer(election.publicKey, question, values, drawn[i]!, s0);
  });
  const fields = { election_uuid: election.uuid, election_hash: election.fingerprint, credential, answers };
  const hash = fingerprint(JSON.stringify(fields));
  const text = JSON.stringify({ ...fields, signature: { hash, proof: proveKnowledge(`sig|${hash}`, secret) } });
  return { text, tracker: fingerprint(text), randomness: drawn.map((numbers) => numbers.map(String)) };
}

function valuesOf(question: Question, vote: number[] | null): number[] {
  if (vote === null) {
    if (!question.blank) throw new BadVote("blank");
    return [1, ...question.answers.map(() => 0)];
  }
  const sum = vote.reduce((total, one) => total + one, 0);
  const allowed = vote.length === question.answers.length && vote.every((one) => one === 0 || one === 1);
  if (!allowed || sum < question.min || sum > question.max) throw new BadVote("choices");
  return question.blank ? [0, ...vote] : vote;
}

function answer(y: Point, question: Question, values: number[], drawn: bigint[], s0: string): Record<string, unknown> {
  const pairs = values.map((value, i): Pair => {
    const beta = times(y, drawn[i]!);
    return [times(G, drawn[i]!), value ? beta.add(G) : beta];
  });
  const s = `${s0}|${pairs.map(written).join(",")}`;
  const made: Record<string, unknown> = {
    choices: pairs.map(([alpha, beta]) => ({ alpha: write(alpha), beta: write(beta) })),
    individual_proofs: pairs.map((pair, i) => proveOneOf(y, prefix(s0, pair), either(pair), values[i]!, drawn[i]!)),
  };
  const first = question.blank ? 1 : 0;
  const total = pairs.slice(first).reduce<Pair>(([a, b], [c, d]) => [a.add(c), b.add(d)], [ONE, ONE]);
  const summed = mod(drawn.slice(first).reduce((sum, r) => sum + r, 0n));
  const chosen = values.slice(first).reduce((sum, value) => sum + value, 0);
  const counts: Case[] = [];
  for (let m = question.min; m <= question.max; m++) counts.push({ alpha: total[0], beta: total[1], value: m });
  if (!question.blank) {
    made.overall_proof = proveOneOf(y, prefix(s, total), counts, chosen - question.min, summed);
    return made;
  }
  const isBlank = values[0] === 1;
  const [alpha, beta] = pairs[0]!;
  made.overall_proof = proveOneOf(y, `bproof1|${s}`, [{ alpha, beta, value: 1 }, ...counts], isBlank ? 0 : 1 + chosen - question.min, isBlank ? drawn[0]! : summed);
  const none: Case[] = [{ alpha, beta, value: 0 }, { alpha: total[0], beta: total[1], value: 0 }];
  made.blank_proof = proveOneOf(y, `bproof0|${s}`, none, isBlank ? 1 : 0, isBlank ? summed : drawn[0]!) satisfies Proof[];
  return made;
}

const written = ([alpha, beta]: Pair): string => `${write(alpha)},${write(beta)}`;
const prefix = (s: string, pair: Pair): string => `prove|${s}|${written(pair)}`;
const either = ([alpha, beta]: Pair): Case[] => [{ alpha, beta, value: 0 }, { alpha, beta, value: 1 }];
