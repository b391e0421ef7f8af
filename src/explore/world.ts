import type { DigestEntry, ResourceDigest } from "../aws/digest.ts";
import type { CallRecord } from "../core/bus.ts";
import { sure } from "../core/sure.ts";
import { DrawnNames } from "./drawn-names.ts";
import { isObserving } from "./operations.ts";
import { SentMessages } from "./sent.ts";

/** How one resource of a run differs from the fault-free one. */
export interface Difference {
  readonly arn: string;
  readonly service: string;
  /** What the user named (an item's key), when one thing differs. */
  readonly id?: string;
  readonly kind: "missing" | "more" | "changed" | "resource-missing" | "resource-more" | "resource-changed";
  /** As it is in the fault-free run, and as it is now. */
  readonly was?: string;
  readonly is?: string;
}

/** What happens to functions' own records, experiments and logs is no effect of the command. */
export function isEffect({ service, kind }: Difference): boolean {
  if (isObserving(service)) return false;
  return kind !== "resource-changed" || !WITH_STATES.test(service);
}

/** What these keep of a resource itself changes by use. */
const WITH_STATES = /^(?:lambda|fis|sqs|kinesis|dynamodb|s3|sns|iam|apigateway|apigatewayv2)$/;

/**
 * The fault-free world: what several runs have in common. What differs between them (an id in a text, a counter of time)
 * is left out of every comparison, path by path; a resource whose contents differ in number is not compared at all.
 */
export class FaultFreeWorld {
  readonly #resources = new Map<string, ResourceDigest>();
  /** ARNs that are the same in every run. All others have a part that is drawn, and are told apart by their number. */
  readonly #named: ReadonlySet<string>;
  readonly #masks = new Map<string, Set<string>>();
  readonly #drawn: DrawnNames;
  /** Resources that are not the same in two fault-free runs. */
  readonly unstable = new Set<string>();

  /** Messages that a fault-free run sends. */
  readonly sent: SentMessages;

  /** @param calls those of one of the runs */
  constructor(runs: readonly (readonly ResourceDigest[])[], calls: readonly CallRecord[] = []) {
    this.sent = new SentMessages(calls);
    const arns = runs.map((run) => new Set(run.map(({ arn }) => arn)));
    this.#named = new Set(
      [...sure(arns[0])].filter((arn) => isWhole(arn) && arns.every((known) => known.has(arn))),
    );
    const named = runs.map((run) => this.#byArn(run));
    this.#drawn = new DrawnNames(named);
    const worlds = named.map((world) => this.#drawn.replaced(world));
    for (const arn of new Set(worlds.flatMap((world) => [...world.keys()]))) {
      const seen = worlds.map((world) => world.get(arn));
      if (seen.some((digest) => digest === undefined)) this.unstable.add(arn);
      else this.#learn(arn, seen as ResourceDigest[]);
    }
    for (const [arn, digest] of sure(worlds[0])) this.#resources.set(arn, this.#masked(digest));
  }

  get resources(): readonly ResourceDigest[] {
    return [...this.#resources.values()];
  }

  /** Everything in which a run's world differs. */
  differences(run: readonly ResourceDigest[]): Difference[] {
    const found: Difference[] = [];
    const world = this.#drawn.replaced(this.#byArn(run));
    for (const [arn, was] of this.#resources) {
      if (this.unstable.has(arn)) continue;
      const now = world.get(arn);
      if (now === undefined) {
        found.push({ arn, service: was.service, kind: "resource-missing" });
        continue;
      }
      const is = this.#masked(now);
      if (is.text !== was.text)
        found.push({ arn, service: was.service, kind: "resource-changed", was: was.text, is: is.text });
      found.push(...differencesOf(was, is));
    }
    for (const [arn, { service }] of world) {
      if (!this.#resources.has(arn) && !this.unstable.has(arn))
        found.push({ arn, service, kind: "resource-more" });
    }
    return found;
  }

  #byArn(run: readonly ResourceDigest[]): Map<string, ResourceDigest> {
    const found = new Map<string, ResourceDigest>();
    for (const digest of run.toSorted(byWhatTheyAre)) {
      const name = this.#named.has(digest.arn) ? digest.arn : anonymous(digest);
      let arn = name;
      for (let n = 2; found.has(arn); n++) arn = `${name} (${n})`;
      found.set(arn, { ...digest, arn });
    }
    return found;
  }

  #learn(arn: string, [first, ...others]: ResourceDigest[]): void {
    const mask = new Set<string>();
    for (const other of others) {
      if (other.contents.length !== sure(first).contents.length) {
        this.unstable.add(arn);
        return;
      }
      collectPaths(parse(sure(first).text), parse(other.text), "", mask);
      other.contents.forEach((entry, at) => {
        const its = sure(sure(first).contents[at]);
        if (entry.text !== its.text) collectPaths(parse(its.text), parse(entry.text), "contents", mask);
      });
    }
    if (mask.size > 0) this.#masks.set(arn, mask);
  }

  #masked(digest: ResourceDigest): ResourceDigest {
    const mask = this.#masks.get(digest.arn);
    if (mask === undefined) return digest;
    const contents = digest.contents.map((entry) => ({
      ...entry,
      text: JSON.stringify(withoutPaths(parse(entry.text), "contents", mask)),
    }));
    return {
      ...digest,
      text: JSON.stringify(withoutPaths(parse(digest.text), "", mask)),
      contents: contents.sort((a, b) => compare(a.id ?? "", b.id ?? "") || compare(a.text, b.text)),
    };
  }
}

/** Nothing in it was drawn, but the account: what was drawn is not always seen to be. */
const isWhole = (arn: string): boolean => !arn.split(":").slice(5).join(":").includes("*");

/** Those whose names are drawn come in any order: the n-th of a kind is to be the same in each run. */
const byWhatTheyAre = (a: ResourceDigest, b: ResourceDigest): number =>
  compare(a.arn, b.arn) || compare(a.text, b.text) || compare(allOf(a), allOf(b));
const allOf = ({ contents }: ResourceDigest): string => contents.map(({ text }) => text).join();

/** `an apigatewayv2 stage` */
const anonymous = ({ service, type }: ResourceDigest): string => `${service} ${type} *`;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const parse = (text: string): unknown => JSON.parse(text);

/**
 * Two lists of entries as multisets: by name where there is one, else by text. Names that were drawn are all the same here, so
 * what has stayed as it was is taken out first: what is left is paired.
 */
function differencesOf({ arn, service, contents }: ResourceDigest, run: ResourceDigest): Difference[] {
  const key = (entry: DigestEntry) => entry.id ?? entry.text;
  const before = grouped(contents, key);
  const now = grouped(run.contents, key);
  const found: Difference[] = [];
  for (const name of new Set([...before.keys(), ...now.keys()])) {
    const [was, is] = withoutEquals(before.get(name) ?? [], now.get(name) ?? []);
    const id = (was[0] ?? is[0])?.id;
    const where = { arn, service, ...(id !== undefined && { id }) };
    for (const { text } of was.slice(is.length)) found.push({ ...where, kind: "missing", was: text });
    for (const { text } of is.slice(was.length)) found.push({ ...where, kind: "more", is: text });
    was.slice(0, is.length).forEach(({ text }, at) => {
      found.push({ ...where, kind: "changed", was: text, is: sure(is[at]).text });
    });
  }
  return found;
}

function withoutEquals(
  was: readonly DigestEntry[],
  is: readonly DigestEntry[],
): readonly [was: DigestEntry[], is: DigestEntry[]] {
  const left = [...is];
  const changed = was.filter(({ text }) => {
    const at = left.findIndex((other) => other.text === text);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [changed, left];
}

function grouped(entries: readonly DigestEntry[], key: (entry: DigestEntry) => string) {
  const groups = new Map<string, DigestEntry[]>();
  for (const entry of entries) {
    const group = groups.get(key(entry));
    if (group) group.push(entry);
    else groups.set(key(entry), [entry]);
  }
  return groups;
}

/** Paths at which two values differ. Places in lists do not count: what varies in one entry varies in all. */
function collectPaths(a: unknown, b: unknown, path: string, found: Set<string>): void {
  if (JSON.stringify(a) === JSON.stringify(b)) return;
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
    a.forEach((value, at) => {
      collectPaths(value, b[at], `${path}[]`, found);
    });
    return;
  }
  if (isRecord(a) && isRecord(b)) {
    for (const name of new Set([...Object.keys(a), ...Object.keys(b)]))
      collectPaths(a[name], b[name], `${path}.${name}`, found);
    return;
  }
  found.add(path);
}

function withoutPaths(value: unknown, path: string, mask: ReadonlySet<string>): unknown {
  if (mask.has(path)) return "*";
  if (Array.isArray(value)) return value.map((item) => withoutPaths(item, `${path}[]`, mask));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, withoutPaths(member, `${path}.${name}`, mask)]),
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
