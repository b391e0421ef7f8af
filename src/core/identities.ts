import { BoundedMap } from "./bounded-map.ts";
import { digestOf, hash32, nameOf } from "./site.ts";
import type { Slice } from "./slice.ts";
import { upTo } from "./text.ts";
import { withoutVarying } from "./varying.ts";

/** Equal siblings that are counted at once, calls that later ones may be children of, retried calls, and who acts. */
const MOST_COUNTS = 50_000;
const MOST_CALLS = 20_000;
const MOST_RETRIED = 10_000;
const MOST_ROOTS = 1000;
/** Operations that are counted, and ids of parents that nobody remembers: names and ids come from requests, too. */
const MOST_OPERATIONS = 10_000;
const MOST_STRANGERS = 10_000;
/** A chain that is longer (a function that calls itself) begins anew here. */
const DEEPEST = 64;

/** What an identity is made from: a call on its way, or the record of one. */
export interface Identifiable {
  readonly id: string;
  /** Its place in the order in which calls began (`Identities.begin`). */
  readonly began: number;
  readonly parentId?: string | undefined;
  /** Who acts, for a call that no other made: `event-source(jobs > worker)`, a scope that a client names. */
  readonly origin?: string | undefined;
  /** Who has gathered what it hands on, of several calls: `parentId` is the first one's. */
  readonly gatheredBy?: string | undefined;
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

/** The digest and the ordinal of a step. */
const COUNTED = /(?:~[0-9a-f]+)?#\d+$/;

/** One logical call, the same from run to run: who made it, what it is, and which of its equals. */
export class Identity {
  readonly parent: Identity | undefined;
  /** `dynamodb.UpdateItem@stats~1f3a9c#2`: name, digest of what it says, ordinal among equals; for a root its name alone. */
  readonly step: string;
  readonly depth: number;
  readonly #place: string;
  /** What its children are beneath: a batch is one of its kind to them, since which of them has what is a matter of time. */
  readonly above: Identity;
  #hash: string | undefined = undefined;

  constructor(parent: Identity | undefined, step: string, place = "", above?: Identity) {
    this.parent = parent;
    this.step = step;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
    this.#place = place;
    this.above = above ?? this;
  }

  /** What a call like this one led to, whichever of its kind, once somebody has gathered it. The gatherer alone tells it apart. */
  gatheredBy(gatherer: string): Identity {
    let kind: Identity | undefined;
    for (const step of this.steps())
      kind = new Identity(kind, kind === undefined ? step : step.replace(COUNTED, ""));
    const gathered = kind ?? this;
    gathered.#hash = new Identity(undefined, gatherer).hash;
    return gathered;
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
 * Finds out who calls are, one operation at a time: nothing is counted of an operation until somebody asks who one of its
 * calls is. What is remembered of it is counted then, in the order in which it began, and from there on each of its calls
 * as it begins. Of operations that nobody asks about it does nothing at all. `clear` begins a new run.
 */
export class Identities {
  /** Remembered calls of a run, in any order. */
  remembered: (run: Run) => Iterable<Identifiable> = () => [];
  /** The calls that are under way, in any order. */
  underWay: () => Iterable<Identifiable> = () => [];
  #begun = 0;
  #run: Run = this.#newRun();

  /** The run that calls of now belong to. */
  get run(): Run {
    return this.#run;
  }

  /** The place of a call that begins. */
  begin(): number {
    return ++this.#begun;
  }

  /** Has somebody asked about this operation? Then each of its calls is to be identified as it begins. */
  counts(service: string, operation: string): boolean {
    return this.#run.counts(service, operation);
  }

  /** Begins a new run in which nobody has asked yet: the same calls in it are the same again. */
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
      this.#begun,
      (run) => this.remembered(run),
      () => this.underWay(),
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
  /** Calls that began up to here belong to earlier runs. */
  readonly #since: number;
  readonly #remembered: (run: Run) => Iterable<Identifiable>;
  readonly #underWay: () => Iterable<Identifiable>;
  readonly #roots = new BoundedMap<Identity>(MOST_ROOTS);
  readonly #counts = new BoundedMap<number>(MOST_COUNTS);
  readonly #byCall = new BoundedMap<Identity>(MOST_CALLS);
  readonly #retried = new BoundedMap<Retried>(MOST_RETRIED);
  /** Ids that are no call's, as far as anybody remembers: they cannot become one. */
  readonly #strangers = new BoundedMap<true>(MOST_STRANGERS);
  /** By service and operation that somebody has asked about: its calls that have not had their turn, the oldest last. */
  readonly #queues = new Map<string, Map<string, Identifiable[]>>();
  readonly #behind = new Set<Identifiable[]>();
  #operations = 0;

  constructor(
    since: number,
    remembered: (run: Run) => Iterable<Identifiable>,
    underWay: () => Iterable<Identifiable>,
  ) {
    this.#since = since;
    this.#remembered = remembered;
    this.#underWay = underWay;
  }

  counts(service: string, operation: string): boolean {
    return this.#operations > 0 && this.#queues.get(service)?.has(operation) === true;
  }

  of(call: Identifiable): Identified {
    if (call.identified !== undefined) return call.identified;
    const identified = this.#of(call);
    if (this.#behind.size > 0) this.#catchUp();
    return identified;
  }

  ofId(id: string): Identity | undefined {
    const identity = this.#ofId(id);
    if (this.#behind.size > 0) this.#catchUp();
    return identity;
  }

  /**
   * Equals have the same operation, and a parent begins before its children. So it is enough that the calls of one operation
   * have their turns in the order in which they began, each after those of its parent's operation up to the parent.
   */
  #of(call: Identifiable): Identified {
    if (call.identified !== undefined) return call.identified;
    const queue = this.#queueOf(call);
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const identified = this.#identify(next);
      if (next === call) return identified;
    }
    return call.identified ?? this.#identify(call);
  }

  #ofId(id: string): Identity | undefined {
    const known = this.#byCall.get(id);
    if (known !== undefined) return known;
    const call = this.#strangers.get(id) ? undefined : this.#find(id);
    return call && this.#of(call).identity;
  }

  /** Nobody waits when an answer is given: a call that is under way now is another thing when it is remembered. */
  #catchUp(): void {
    // Those that are added on the way come up, too.
    for (const queue of this.#behind)
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) this.#identify(next);
    this.#behind.clear();
  }

  #queueOf({ service, operation }: Identifiable): Identifiable[] {
    const known = this.#queues.get(service)?.get(operation);
    if (known !== undefined) return known;
    if (this.#operations++ >= MOST_OPERATIONS) {
      this.#queues.clear();
      this.#operations = 1;
    }
    const queue: Identifiable[] = [];
    for (const call of this.#known())
      if (call.service === service && call.operation === operation && this.#awaitsTurn(call))
        queue.push(call);
    queue.sort((a, b) => b.began - a.began);
    if (queue.length > 0) this.#behind.add(queue);
    const operations = this.#queues.get(service) ?? new Map<string, Identifiable[]>();
    this.#queues.set(service, operations.set(operation, queue));
    return queue;
  }

  #awaitsTurn({ began, identified }: Identifiable): boolean {
    return identified === undefined && began > this.#since;
  }

  #find(id: string): Identifiable | undefined {
    for (const call of this.#known()) if (call.id === id) return call;
    this.#strangers.set(id, true);
    return undefined;
  }

  *#known(): Iterable<Identifiable> {
    yield* this.#underWay();
    yield* this.#remembered(this);
  }

  child(parent: Identity, name: string, place: string, gatheredBy?: string): Identity {
    const above = aboveOf(parent, gatheredBy);
    const key = `${above.hash}>${name}@${place}`;
    const ordinal = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, ordinal);
    const kind = gatheredBy === undefined ? undefined : new Identity(above, name, place);
    return new Identity(above, `${name}#${ordinal}`, place, kind);
  }

  #identify(call: Identifiable): Identified {
    if (call.identified !== undefined) return call.identified;
    const identified = this.#identified(call);
    call.identified = identified;
    this.#byCall.set(call.id, identified.identity);
    return identified;
  }

  #identified(call: Identifiable): Identified {
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
      call.gatheredBy,
    );
    if (attempts) this.#retried.set(attempts, { identity, operation: call.operation, attempts: 1 });
    return { identity, attempt: call.attempt ?? 1 };
  }

  #parentOf(call: Identifiable): Identity {
    const parent = call.parentId === undefined ? undefined : this.#ofId(call.parentId);
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

function aboveOf({ above }: Identity, gatheredBy: string | undefined): Identity {
  const within = above.depth < DEEPEST ? above : new Identity(undefined, "…");
  return gatheredBy === undefined ? within : within.gatheredBy(gatheredBy);
}

/** `role/worker`, `user/alice`, a service's name, or the access key as it was given. */
function callerName({ callerArn, accessKeyId }: Identifiable): string {
  // Keys and session names of roles and users are drawn: who they stand for is not.
  const [, kind, name = ""] = /:(assumed-role|federated-user|user)\/(.+)$/.exec(callerArn) ?? [];
  if (kind === "assumed-role") return `role/${upTo("/", name)}`;
  if (kind !== undefined) return `user/${withoutVarying(name)}`;
  if (callerArn.endsWith(".amazonaws.com")) return callerArn.slice(0, -".amazonaws.com".length);
  return accessKeyId === "" ? "anonymous" : accessKeyId;
}

function hex(n: number): string {
  return (n >>> 0).toString(16).padStart(8, "0");
}
