import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "../core/make-folder.ts";
import { hash32 } from "../core/site.ts";
import type { FaultKind } from "./fault-kinds.ts";
import type { Verdict } from "./judge.ts";
import { nameOfStep, type Site } from "./sites.ts";

/** What is kept of explorations, to be committed: findings that are accepted, and what was tried with what result. */
interface LockFile {
  readonly version: 1;
  /** By the finding's id, why it is accepted. */
  readonly accepted: Record<string, string>;
  /** By site and fault. */
  readonly seen: Record<string, string>;
}

const EMPTY: LockFile = { version: 1, accepted: {}, seen: {} };

/** `squall-explore.lock` */
export class Lock {
  readonly #file: string;
  readonly #content: LockFile;

  /** @throws Error for a file that is no lock */
  constructor(file: string) {
    this.#file = file;
    this.#content = existsSync(file) ? readLock(file) : structuredClone(EMPTY);
  }

  accepts(id: string): boolean {
    return Object.hasOwn(this.#content.accepted, id);
  }

  accept(id: string, why: string): void {
    this.#content.accepted[id] = why;
  }

  /** Was it survived, or did it fail cleanly, when it was last tried? */
  knows(site: Site, kind: FaultKind, unit?: string): boolean {
    const before = this.#content.seen[keyOf(site, kind, unit)];
    return before === "survived" || before === "failed-cleanly";
  }

  note(site: Site, kind: FaultKind, verdict: Verdict["kind"], unit?: string): void {
    this.#content.seen[keyOf(site, kind, unit)] = verdict;
  }

  save(): void {
    // Somebody else may have explored meanwhile: what they have seen stays.
    const theirs = existsSync(this.#file) ? readLock(this.#file) : EMPTY;
    const seen = inOrder({ ...theirs.seen, ...this.#content.seen });
    const accepted = inOrder({ ...theirs.accepted, ...this.#content.accepted });
    makeFolder(dirname(this.#file));
    writeFileSync(this.#file, `${JSON.stringify({ version: 1, accepted, seen }, null, 2)}\n`);
  }
}

const inOrder = (record: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Who acts is left out: the same program under another key has the same sites. What a call says counts. */
function keyOf({ steps }: Site, kind: FaultKind, unit?: string): string {
  const below = steps.slice(1);
  const digest = hash32(below.join(">"), 0x9e3779b9) >>> 0;
  const test = unit === undefined ? "" : `${unit}: `;
  return `${test}${below.map(nameOfStep).join(" > ")} ${digest.toString(16)} × ${kind.name}`;
}

function readLock(file: string): LockFile {
  const refuse = (why: string) =>
    new Error(`${file} is no lock of squall explore (${why}). Delete it to begin anew.`);
  let content: Partial<LockFile> | null;
  try {
    content = JSON.parse(readFileSync(file, "utf8")) as Partial<LockFile> | null;
  } catch (error) {
    throw refuse((error as Error).message);
  }
  if (content?.version !== 1) throw refuse(`version ${content?.version}`);
  for (const name of ["accepted", "seen"] as const)
    if (!isTexts(content[name])) throw refuse(`its "${name}" is no list of texts by name`);
  return { version: 1, accepted: { ...content.accepted }, seen: { ...content.seen } };
}

const isTexts = (value: unknown): value is Record<string, string> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((text) => typeof text === "string");
