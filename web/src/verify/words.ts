/** What the page says, in both languages. */

import type { Fault } from "./steps";

export interface Words {
  readonly proven: string;
  readonly act: (kind: string, subject: string, at: string) => string;
  readonly entry: (hex: string) => string;
  readonly place: (index: string, origin: string, size: string) => string;
  readonly log: string;
  readonly witness: (name: string, time: string) => string;
  readonly not: string;
  readonly truth: string;
  readonly identity: string;
  readonly split: string;
  readonly later: string;
  readonly document: string;
  readonly failed: (step: number, reason: string) => string;
  readonly advice: string;
  readonly cannot: string;
  readonly line: (line: number) => string;
  readonly working: string;
  readonly ready: string;
  readonly faults: Readonly<Record<Fault, string>>;
}

const zh: Words = {
  proven: "已证明",
  act: (kind, subject, at) => `行为 ${kind}，事项 ${subject}，时间 ${at}，原文与当初封存时一字不差。`,
  entry: (hex) => `条目 ${hex}。`,
  place: (index, origin, size) => `它是账本 ${origin} 的第 ${index} 项（从 0 数起），账本当时共 ${size} 项。`,
  log: "账本签署了含有它的检查点，此后不能不留痕迹地改动或抽走它。",
  witness: (name, time) => `见证人 ${name} 于 ${time} 也看到同一个账本。`,
  not: "没有证明",
  truth: "文书所写是否属实、决定是否合法：回执只证明它在这个时间之前这样写下了。",
  identity: "文书里的人是谁：账本只认代号。",
  split: "账本对别人也出示同样内容：这要见证人的签名（填写见证策略）。",
  later: "此后还发生了什么：后来的行为各有自己的回执。",
  document: "回执里的文书",
  failed: (step, reason) => `没有通过第 ${step} 步：${reason}。`,
  advice: "请保留这份文件，并连同公钥的来源一起交给审计机关。",
  cannot: "这个浏览器不能核对 Ed25519 签名，或本页不是经 https 打开的。请换新版浏览器，或用下面的 Python 程序核对。",
  line: (line) => `（第 ${line} 行）`,
  working: "正在核对……",
  ready: "本页已全部载入，现在断开网络也能核对。",
  faults: {
    "base64": "Base64 写法有误", "no-receipt": "这不是一份回执文件", "proof-form": "证明路径不成形", "checkpoint-form": "检查点不成形",
    "signature-form": "签名行不成形", "key": "这不是一把可用的公钥", "log-signature": "检查点没有这个账本的有效签名", "origin": "检查点属于另一个账本",
    "policy": "见证策略有误", "quorum": "见证人的签名不够", "no-document": "回执没有行为文书", "document-form": "行为文书不成形",
    "entry-differs": "文书与给出的条目不符", "entry-missing": "这份文件没有文书，请填写条目", "root": "这份文书不在账本里，或被改动过",
  },
};

const en: Words = {
  proven: "Proven",
  act: (kind, subject, at) => `The act ${kind} about ${subject}, at ${at}, reads exactly as it was sealed.`,
  entry: (hex) => `The entry ${hex}.`,
  place: (index, origin, size) => `It is entry ${index} (counted from 0) of the log ${origin}, which then had ${size} entries.`,
  log: "The log signed a checkpoint that holds it; it can no longer be changed or taken out without a trace.",
  witness: (name, time) => `The witness ${name} saw the same log at ${time}.`,
  not: "Not proven",
  truth: "That what it says is true or lawful: the receipt proves that it was written down so, no later than the checkpoint.",
  identity: "Who the people in it are: the log knows codes alone.",
  split: "That the log shows others the same: that takes signatures of witnesses (fill in a policy).",
  later: "What happened since: later acts have receipts of their own.",
  document: "The document in the receipt",
  failed: (step, reason) => `Step ${step} failed: ${reason}.`,
  advice: "Keep this file and hand it to the auditor, and say where your key came from.",
  cannot: "This browser cannot check Ed25519 signatures, or this page was not opened over https. Use a newer browser, or the Python program below.",
  line: (line) => ` (line ${line})`,
  working: "Checking…",
  ready: "This page is fully loaded: it now checks without a network.",
  faults: {
    "base64": "a value is not in base64", "no-receipt": "this is not a receipt file", "proof-form": "the proof in the file is malformed",
    "checkpoint-form": "the checkpoint is malformed", "signature-form": "a signature line is malformed", "key": "this is not a usable public key",
    "log-signature": "the checkpoint has no valid signature of this log", "origin": "the checkpoint is of another log",
    "policy": "the policy is wrong", "quorum": "too few of the witnesses have signed", "no-document": "the receipt holds no document",
    "document-form": "the act's document is malformed", "entry-differs": "the document does not belong to the entry given",
    "entry-missing": "this file holds no document: fill in the entry", "root": "this document is not in the log, or was changed",
  },
};

export function words(language: string): Words {
  return language.toLowerCase().startsWith("zh") ? zh : en;
}
