import { BoundedMap } from "./bounded-map.ts";
import { digestOf, hash32, nameOf } from "./site.ts";
import type { Slice } from "./slice.ts";
import { withoutVarying } from "./varying.ts";

/** Equal siblings that are counted at once, calls that later ones may be children of, retried calls, and who acts. */
const MOST_COUNTS = 50_000;
const MOST_CALLS = 20_000;
const MOST_RETRIED = 10_000;
const MOST_ROOTS = 1000;
/** A chain that is longer (a function that calls itself) begins anew here. */
const DEEPEST = 64;

/** What an identity is made from: a call on its way, or the record of one. */
export interface Identifiable {
  readonly id: string;
  readonly parentId?: string | undefined;
  /** Who acts, for a call that no other made: `event-source(jobs > worker)`, a scope that a client names. */
  readonly origin?: string | undefined;
  readonly service: string;
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  readonly callerArn: string;
  readonly accessKeyId: string;
  /** A call between services: its parent and its resource tell it apart, not what it says. */
  readonly isInternal: boolean;
  /** The SDK's name for all attempts of one call, and which attempt this is. */
  readonly invocationId?: string | undefined;
  readonly attempt?: number | undefined;
  /** What is looked at of the input. */
  readonly slice: Slice;
  /** Kept here once it is known. */
  identified?: Identified | undefined;
}

/** Which logical call, and which attempt at it, from 1. */
export interface Identified {
  readonly identity: Identity;
  readonly attempt: number;
}

/** One logical call, the same from run to run: who made it, what it is, and which of its equals. */
export class Identity {
  readonly parent: Identity | undefined;
  /** `dynamodb.UpdateItem@stats~1f3a9c#2`: name, digest of what it says, ordinal among equals; for a root its name alone. */
  readonly step: string;
  readonly depth: number;
  readonly #place: string;
  #hash: string | undefined = undefined;

  constructor(parent: Identity | undefined, step: string, place = "") {
    this.parent = parent;
    this.step = step;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
    this.#place = place;
  }

  /** 16 hexadecimal digits. */
  get hash(): string {
    this.#hash ??= this.#makeHash();
    return this.#hash;
  }

  /** The whole path: `test > sns.Publish@orders~99aa01#1 > sqs.SendMessage@jobs#1`. */
  get site(): string {
    return this.steps().join(" > ");
  }

  #makeHash(): string {
    const whole = `${this.parent?.hash ?? ""}>${this.step}@${this.#place}`;
    return hex(hash32(whole, 0x51ed270b)) + hex(hash32(whole, 0x2545f491));
  }

  /** From the root on. */
  steps(): string[] {
    const steps: string[] = [];
    for (let at: Identity | undefined = this; at !== undefined; at = at.parent) steps.push(at.step);
    return steps.reverse();
  }
}

/**
 * Finds out who calls are. Asleep it does nothing at all; it wakes when somebody asks for the first identity, counts what
 * is remembered of the calls before in their order, and from then on every call as it comes. `clear` begins a new run.
 */
export class Identities {
  /** Remembered calls of a run, as they began. */
  remembered: (run: Run) => Iterable<Identifiable> = () => [];
  /** A call that is under way. */
  underWay: (id: string) => Identifiable | undefined = () => undefined;
  #run: Run = this.#newRun();

  /** The run that calls of now belong to. */
  get run(): Run {
    return this.#run;
  }

  get isAwake(): boolean {
    return this.#run.isAwake;
  }

  wake(): void {
    this.#run.wake();
  }

  /** Begins a new run, asleep: the same calls in it are the same again. */
  clear(): void {
    this.#run = this.#newRun();
  }

  of(call: Identifiable): Identified {
    return this.#run.of(call);
  }

  /** The identity of a call by its id, as far as it is remembered. */
  ofId(id: string): Identity | undefined {
    return this.#run.ofId(id);
  }

  /** Something that happens beneath a call or by itself, and that is no call: a message on its way out of a queue. */
  happening(parent: Identity, name: string, place: string): Identity {
    return this.#run.child(parent, name, place);
  }

  #newRun(): Run {
    return new Run(
      (run) => this.remembered(run),
      (id) => this.underWay(id),
    );
  }
}

/** A call whose SDK may try it again. */
interface Retried {
  readonly identity: Identity;
  readonly operation: string;
  attempts: number;
}

/** What has one beginning: ordinals are counted from there. */
export class Run {
  readonly #remembered: (run: Run) => Iterable<Identifiable>;
  readonly #underWay: (id: string) => Identifiable | undefined;
  readonly #roots = new BoundedMap<Identity>(MOST_ROOTS);
  readonly #counts = new BoundedMap<number>(MOST_COUNTS);
  readonly #byCall = new BoundedMap<Identity>(MOST_CALLS);
  readonly #retried = new BoundedMap<Retried>(MOST_RETRIED);
  /** While waking: what has not had its turn yet. */
  #waiting = new Map<string, Identifiable>();
  #isAwake = false;

  constructor(
    remembered: (run: Run) => Iterable<Identifiable>,
    underWay: (id: string) => Identifiable | undefined,
  ) {
    this.#remembered = remembered;
    this.#underWay = underWay;
  }

  get isAwake(): boolean {
    return this.#isAwake;
  }

  wake(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    const calls = [...this.#remembered(this)];
    this.#waiting = new Map(calls.map((call) => [call.id, call]));
    for (const call of calls) this.of(call);
    this.#waiting.clear();
  }

  of(call: Identifiable): Identified {
    if (call.identified !== undefined) return call.identified;
    this.wake();
    // Waking may have come to this very call.
    if (call.identified !== undefined) return call.identified;
    const identified = this.#identify(call);
    call.identified = identified;
    this.#byCall.set(call.id, identified.identity);
    return identified;
  }

  ofId(id: string): Identity | undefined {
    this.wake();
    const known = this.#byCall.get(id);
    if (known !== undefined) return known;
    const call = this.#waiting.get(id) ?? this.#underWay(id);
    return call && this.of(call).identity;
  }

  child(parent: Identity, name: string, place: string): Identity {
    const above = parent.depth < DEEPEST ? parent : new Identity(undefined, "…");
    const key = `${above.hash}>${name}@${place}`;
    const ordinal = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, ordinal);
    return new Identity(above, `${name}#${ordinal}`, place);
  }

  #identify(call: Identifiable): Identified {
    const attempts = call.invocationId;
    // Of a first attempt there was none before it: most calls are spared the search.
    const before = attempts && call.attempt !== 1 ? this.#retried.get(attempts) : undefined;
    if (before !== undefined && before.operation === call.operation) {
      before.attempts++;
      return { identity: before.identity, attempt: call.attempt ?? before.attempts };
    }
    const { service, operation, slice } = call;
    const digest = call.isInternal ? undefined : digestOf(slice.input, slice.heads);
    const name = nameOf({ service, operation, input: slice.input });
    const identity = this.child(
      this.#parentOf(call),
      digest === undefined ? name : `${name}~${hex(digest).slice(0, 6)}`,
      `${call.account}/${call.region}`,
    );
    if (attempts) this.#retried.set(attempts, { identity, operation: call.operation, attempts: 1 });
    return { identity, attempt: call.attempt ?? 1 };
  }

  #parentOf(call: Identifiable): Identity {
    const parent = call.parentId === undefined ? undefined : this.ofId(call.parentId);
    return parent ?? this.#rootOf(call);
  }

  #rootOf(call: Identifiable): Identity {
    const key = call.origin ?? `${call.accessKeyId} ${call.callerArn}`;
    const known = this.#roots.get(key);
    if (known !== undefined) return known;
    const root = new Identity(undefined, call.origin ?? callerName(call));
    this.#roots.set(key, root);
    return root;
  }
}

/** `role/worker`, `user/alice`, a service's name, or the access key as it was given. */
function callerName({ callerArn, accessKeyId }: Identifiable): string {
  // Keys and session names of roles and users are drawn: who they stand for is not.
  const [, kind, name] = /:(assumed-role|federated-user|user)\/(.+)$/.exec(callerArn) ?? [];
  if (kind === "assumed-role") return `role/${name!.split("/")[0]}`;
  if (kind !== undefined) return `user/${withoutVarying(name!)}`;
  if (callerArn.endsWith(".amazonaws.com")) return callerArn.slice(0, -".amazonaws.com".length);
  return accessKeyId === "" ? "anonymous" : accessKeyId;
}

function hex(n: number): string {
  return (n >>> 0).toString(16).padStart(8, "0");
}
