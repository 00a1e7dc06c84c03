/**
 * The five steps of a check, numbered as in docs/specs/receipt.md and verify/receipt.py:
 * 1 form, 2 the log's signature, 3 the witnesses, 4 salt and document give the entry, 5 the entry leads to the root.
 */

export type Fault =
  | "base64" | "no-receipt" | "proof-form" | "checkpoint-form" | "signature-form"
  | "key" | "log-signature" | "origin"
  | "policy" | "quorum"
  | "no-document" | "document-form" | "entry-differs" | "entry-missing"
  | "root";

/** A step failed. */
export class NotProven extends Error {
  constructor(readonly step: number, readonly fault: Fault, readonly line?: number) {
    super(`step ${step}: ${fault}`);
  }
}

/** The browser lacks what a check needs (Ed25519 in WebCrypto, or WebCrypto at all outside https). */
export class CannotCheck extends Error {}
