import { Witness } from "../../aws/witness.ts";
import { partitionOf } from "../../core/arn.ts";
import { parseDuration } from "../../core/clock.ts";
import type { CallOptions } from "../../core/service.ts";
import { isStoreFailure } from "../../core/storage.ts";
import { Slices } from "../../core/unhurried.ts";
import { signalReceived, type WantedSignals } from "./creation-policy.ts";
import type { Call } from "./dynamic-references.ts";
import { changeStack, resourceEvent, type StackPlace } from "./events.ts";
import { failureOf, RESOURCE } from "./fault-points.ts";
import { untilHolds } from "./resource-context.ts";
import { madeName, madeOf } from "./resource-state.ts";
import { hasType, loadType, type ResourceContext, type ResourceType } from "./resource-type.ts";
import type { Signals } from "./signals.ts";
import {
  type Operation,
  type ResourceRecord,
  resourceRecords,
  type StackRecord,
  stackRecords,
} from "./stack.ts";
import { StackFailure } from "./stack-failure.ts";
import { systemTags } from "./system-tags.ts";

/** A stack that is being worked on: what is kept of it, what has failed so far, and what its resources are made with. */
export class StackWork {
  readonly stackId: string;
  readonly place: StackPlace;
  readonly cancelled = new AbortController();
  /** Logical ids of what has failed. */
  readonly failed: string[] = [];
  stackFailure: string | undefined;
  readonly #signals: Signals;
  /** Told when something waits: for the clock, or for an answer from outside. */
  readonly #waits: () => void;
  readonly #slices = new Slices();
  #hasStopped = false;
  readonly #witness: Witness;
  /** Something that it wrote could not be kept: it ends where it stands, to be begun again from what is. */
  isBroken = false;
  readonly #generation: number;
  readonly #operationId: string | undefined;

  constructor(stackId: string, place: StackPlace, signals: Signals, waits: () => void) {
    this.stackId = stackId;
    this.place = place;
    this.#signals = signals;
    this.#waits = waits;
    this.#witness = new Witness(place.host.storage, () => this.#break());
    this.#generation = place.store.generation;
    this.#operationId = this.stack.operation?.id;
  }

  /** Has the process ended, or everything been replaced (a reset, a load)? */
  get isStopped(): boolean {
    return this.#hasStopped || this.place.store.generation !== this.#generation;
  }

  /** Has it ended where it stands, or has another operation taken the stack over? */
  get isOver(): boolean {
    return this.isStopped || this.stack.operation?.id !== this.#operationId;
  }

  get stack(): StackRecord {
    return this.place.store.collection(stackRecords).look([this.stackId])!;
  }

  get isFailing(): boolean {
    return this.failed.length > 0 || this.stackFailure !== undefined || this.isStopped;
  }

  get now(): number {
    return this.place.host.clock.now();
  }

  /** Ends it where it stands: the process ends, or everything has been replaced. */
  stop(): void {
    this.#hasStopped = true;
    this.cancelled.abort(new Error("stopped"));
  }

  /** Makes it fail: its user does not want it any more, or its time is over. */
  cancel(reason: string): void {
    this.stackFailure ??= reason;
    this.cancelled.abort(new StackFailure(reason));
  }

  record(logicalId: string): ResourceRecord | undefined {
    return this.place.store.collection(resourceRecords).get([this.stackId, logicalId]);
  }

  /** Writes all or nothing. @throws when the store fails, or has failed: nothing is to be built on what is lost */
  write<T>(work: () => T): T {
    if (this.isBroken) throw new Error("stopped");
    try {
      return this.place.store.transaction(work);
    } catch (error) {
      if (isStoreFailure(error)) this.#break();
      throw error;
    } finally {
      this.#witness.wrote();
    }
  }

  #break(): void {
    this.isBroken = true;
    this.stop();
  }

  /** Keeps a resource as it is, and says so in the events. */
  put(record: ResourceRecord, says = false): void {
    this.write(() => {
      this.place.store.collection(resourceRecords).put([this.stackId, record.logicalId], record);
      if (says) this.say(record);
    });
  }

  /** @param isReplaced of what another resource has taken the place of */
  say(record: ResourceRecord, isReplaced = false): void {
    this.write(() => resourceEvent(this.stackId, record, this.place, isReplaced));
  }

  /** Leads an operation on to another phase. */
  go(status: string, reason: string | undefined, operation: Operation): void {
    this.failed.length = 0;
    this.stackFailure = undefined;
    this.write(() => changeStack(this.stackId, { status, operation }, this.place, { reason }));
  }

  /** The operation is over. */
  settle(change: Partial<StackRecord>, reason?: string): void {
    this.write(() => {
      const stack = changeStack(this.stackId, change, this.place, { reason });
      const { operation, ...rest } = stack;
      const lastOperation = operation && { id: operation.id, kind: operation.kind };
      this.place.store
        .collection(stackRecords)
        .put([stack.id], { ...rest, ...(lastOperation && { lastOperation }) });
    });
  }

  /** @returns undefined for a type that is not served */
  async type(name: string): Promise<ResourceType | undefined> {
    const served = name.startsWith("Custom::") ? "AWS::CloudFormation::CustomResource" : name;
    return hasType(served) ? loadType(served) : undefined;
  }

  /** Waits until a step of the work on a resource may begin: a stack may have many, and others want their turn meanwhile. */
  turn(): Promise<void> {
    return this.#slices.next();
  }

  /** Waits until a resource, its type loaded, may begin, and meets it with its faults. @throws when all has been stopped meanwhile */
  async begin(logicalId: string, operation: "CREATE" | "UPDATE" | "DELETE"): Promise<void> {
    await this.turn();
    if (this.isStopped) throw new Error("stopped");
    const { host } = this.place;
    const subject = { resource: `${this.stackId}/${logicalId}`, operation };
    for (const { effect, params } of host.hits(RESOURCE, subject, this.place)) {
      if (effect === "slow") {
        this.#waits();
        await host.clock.sleep(parseDuration(params["ms"]) ?? 30_000, this.cancelled.signal);
      } else if (effect === "fail") throw new StackFailure(failureOf(params));
    }
  }

  /** Waits until what a resource is to be heard of has been heard. @throws StackFailure when that is not that all is well */
  async hear(record: ResourceRecord, wanted: WantedSignals): Promise<void> {
    this.#waits();
    const key = `${this.stackId}/${record.logicalId}`;
    const signals = await this.#signals.wait(this.place, key, wanted, this.cancelled.signal, (signal) =>
      this.say({ ...record, reason: signalReceived(signal), atMs: this.now }),
    );
    wanted.check(signals);
  }

  /** Forgets what has been heard of a resource that was there before. */
  forgetSignals(logicalId: string): void {
    this.#signals.forget(this.place, `${this.stackId}/${logicalId}`);
  }

  contextOf(record: ResourceRecord): ResourceContext {
    const stack = this.stack;
    const blueprint = stack.operation?.to ?? stack.blueprint;
    const { host, account, region } = this.place;
    const { roleArn } = blueprint;
    const operation = stack.operation;
    const options: CallOptions = {
      account,
      region,
      ...(roleArn !== undefined ? { as: roleArn } : operation && { as: operation.caller }),
      ...(operation?.parentId !== undefined && { parentId: operation.parentId }),
      origin: `stack(${stack.name})`,
    };
    const call: Call = (service, name, input) => host.call(service, name, input, options);
    const subject = `${this.stackId}/${record.logicalId}`;
    return {
      logicalId: record.logicalId,
      stackName: stack.name,
      stackId: stack.id,
      account,
      region,
      partition: partitionOf(region),
      stackTags: { ...(record.stackTags ?? blueprint.tags), ...systemTags(record, stack) },
      stackTagsBefore: {},
      name: (most, name) => madeName(stack.name, record.logicalId, record.suffix, most, name),
      call,
      made: (made) => {
        if (!this.isStopped) this.put({ ...record, ...madeOf(made, {}) });
      },
      until: (holds) =>
        untilHolds(holds, {
          clock: host.clock,
          signal: this.cancelled.signal,
          waits: this.#waits,
          late: () => new StackFailure("Exceeded attempts to wait"),
        }),
      engine: {
        newId: () => host.random.uuid(),
        nestedChangeSet: operation?.phase === "deploy" ? operation.nested?.[record.logicalId] : undefined,
        signalUrl: (key, by = "anyone") => this.#signals.url(this.place, { key, subject, by }),
        awaitSignals: (key, wanted) => {
          this.#waits();
          return this.#signals.wait(this.place, key, wanted, this.cancelled.signal);
        },
      },
    };
  }
}
