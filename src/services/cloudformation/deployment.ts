import { partitionOf } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import { parseDuration } from "../../core/clock.ts";
import type { CallOptions } from "../../core/service.ts";
import { type Call, resolved } from "./dynamic-references.ts";
import { changeStack, resourceEvent, type StackPlace } from "./events.ts";
import { failureOf, RESOURCE } from "./fault-points.ts";
import { handlerMessage } from "./handler-error.ts";
import { hasType, loadType, type Made, type ResourceContext, type ResourceType } from "./resource-type.ts";
import { isSame, type Value, type Values } from "./sam/value.ts";
import type { Signals } from "./signals.ts";
import {
  type Blueprint,
  exportRecords,
  type Operation,
  type ResourceRecord,
  type ResourceState,
  resourceRecords,
  resourcesOf,
  type StackOutput,
  type StackRecord,
  stackRecords,
} from "./stack.ts";
import { stackPolicyRefusal } from "./stack-policy.ts";
import { NoSuchAttribute, type Surroundings, scopeOf } from "./surroundings.ts";
import { evaluate, type Scope } from "./template/functions.ts";
import { readTemplate } from "./template/reading.ts";
import { checkedTemplate, type Declared, dependenciesOf, type Template } from "./template/template.ts";

const NAME_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LONGEST_WAIT_MS = 600_000;
const LOOK_MS = 1000;

/** A stack cannot go on, for a reason that is no single resource's. */
class StackFailure extends Error {}

/** The template of a blueprint, read. */
export const templateOf = ({ body, processed }: Pick<Blueprint, "body" | "processed">): Template =>
  checkedTemplate(processed ?? readTemplate(body));

/** One operation on one stack, from where it is to its end. Everything that it has done is in the store, so that it can be begun again. */
export class Deployment {
  readonly stackId: string;
  readonly #place: StackPlace;
  readonly #signals: Signals;
  readonly #cancel = new AbortController();
  /** Told when something waits: for the clock, or for an answer from outside. */
  readonly #waits: () => void;
  readonly #failed: string[] = [];
  #failedVerb = "create";
  #stackFailure: string | undefined;
  #hasStopped = false;
  readonly #generation: number;

  constructor(stackId: string, place: StackPlace, signals: Signals, waits: () => void) {
    this.stackId = stackId;
    this.#place = place;
    this.#signals = signals;
    this.#waits = waits;
    this.#generation = place.store.generation;
  }

  /** Has the process ended, or everything been replaced (a reset, a load)? */
  get #isStopped(): boolean {
    return this.#hasStopped || this.#place.store.generation !== this.#generation;
  }

  /** Ends it where it stands: the process ends, or everything has been replaced. */
  stop(): void {
    this.#hasStopped = true;
    this.#cancel.abort(new Error("stopped"));
  }

  /** Makes it fail: its user does not want it any more, or its time is over. */
  cancel(reason: string): void {
    this.#stackFailure ??= reason;
    this.#cancel.abort(new StackFailure(reason));
  }

  /** Carries the operation out. Never rejects but for a bug. */
  async run(): Promise<void> {
    while (!this.#isStopped) {
      const { operation } = this.#stack;
      if (!operation) return;
      if (operation.phase === "deploy") await this.#deploy(operation);
      else if (operation.phase === "cleanup") await this.#cleanUp(operation);
      else if (operation.phase === "rollback") await this.#rollBack(operation);
      else if (operation.phase === "rollback-cleanup") await this.#cleanUpRollback(operation);
      else await this.#delete(operation);
    }
  }

  get #stack(): StackRecord {
    return this.#place.store.collection(stackRecords).get([this.stackId])!;
  }

  #surroundings({ id, name }: StackRecord, blueprint: Blueprint): Surroundings {
    const { account, region, store } = this.#place;
    return {
      account,
      region,
      store,
      stackId: id,
      stackName: name,
      notificationArns: blueprint.notificationArns,
    };
  }

  async #deploy(operation: Operation): Promise<void> {
    const stack = this.#stack;
    const to = operation.to!;
    const template = templateOf(to);
    const imports = new Set<string>();
    const scope = scopeOf(
      template,
      to.parameters,
      this.#surroundings(stack, to),
      (id) => {
        const record = this.#record(id);
        return record && record.status !== "DELETE_COMPLETE" ? record : undefined;
      },
      { imported: (name) => imports.add(name) },
    );
    this.#failedVerb = operation.kind;
    this.#refuseForbiddenDeletions(template, scope, operation);
    const timer =
      operation.deadlineMs === undefined
        ? undefined
        : this.#place.host.clock.setTimer(operation.deadlineMs - this.#place.host.clock.now(), () =>
            this.cancel("Stack creation time exceeded the specified timeout"),
          );
    const done = await this.#all(template, scope, operation);
    timer?.cancel();
    if (this.#isStopped) return;
    let outputs: Record<string, StackOutput> = {};
    if (done) {
      try {
        outputs = this.#outputs(template, scope);
      } catch (error) {
        this.#stackFailure ??= reasonOf(error);
      }
    }
    if (!done || this.#stackFailure !== undefined) {
      this.#fail(operation);
      return;
    }
    this.#place.store.transaction(() => {
      this.#export(stack.id, outputs);
      const reached = { blueprint: to, outputs, imports: [...imports] };
      if (operation.kind === "create") {
        this.#settle({ ...reached, status: operation.imports ? "IMPORT_COMPLETE" : "CREATE_COMPLETE" });
      } else {
        changeStack(
          stack.id,
          {
            ...reached,
            status: "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
            operation: { ...operation, phase: "cleanup" },
          },
          this.#place,
        );
      }
    });
  }

  /** What the template has no more goes last, but whether it may is known first. */
  #refuseForbiddenDeletions(template: Template, scope: Scope, operation: Operation): void {
    const policy = operation.policyDuringUpdate ?? this.#stack.policy;
    if (operation.kind !== "update" || policy === undefined) return;
    const refused = resourcesOf(this.stackId, this.#place).filter(({ logicalId, type, physicalId }) => {
      const declared = template.resources[logicalId];
      const goes = physicalId !== undefined && !(declared && isWanted(declared, scope));
      return goes && stackPolicyRefusal(policy, logicalId, type, "Update:Delete") !== undefined;
    });
    for (const record of refused)
      this.#say({ ...record, ...failed("UPDATE_FAILED", "Action denied by stack policy", this.#now) });
    if (refused.length > 0)
      this.#stackFailure = `The following resource(s) failed to update: [${refused.map(({ logicalId }) => logicalId).join(", ")}]`;
  }

  /** All resources that the template wants, each once those are there that it depends on. @returns false when one has failed */
  async #all(template: Template, scope: Scope, operation: Operation): Promise<boolean> {
    const wanted = Object.entries(template.resources).filter(([, declared]) => isWanted(declared, scope));
    const ids = Object.fromEntries(wanted);
    const making = new Map<string, Promise<boolean>>();
    const make = (id: string): Promise<boolean> => {
      const begun = making.get(id);
      if (begun) return begun;
      const promise = (async () => {
        const on = dependenciesOf(ids[id]!, ids, (name) => scope.condition(name));
        const all = await Promise.all(on.map((other) => make(other)));
        if (all.includes(false) || this.#isFailing) return false;
        return this.#resource(id, ids[id]!, on, scope, operation);
      })();
      making.set(id, promise);
      return promise;
    };
    const all = await Promise.all(Object.keys(ids).map((id) => make(id)));
    return !all.includes(false);
  }

  get #isFailing(): boolean {
    return this.#failed.length > 0 || this.#stackFailure !== undefined || this.#isStopped;
  }

  async #resource(
    id: string,
    declared: Declared,
    dependsOn: readonly string[],
    scope: Scope,
    operation: Operation,
  ): Promise<boolean> {
    const record = this.#record(id);
    if (record?.operationId === operation.id && record.status.endsWith("_COMPLETE")) return true;
    let state: ResourceState;
    try {
      state = this.#stateOf(declared, dependsOn, scope);
    } catch (error) {
      // Its values cannot be had: that is the stack's failure.
      this.#stackFailure ??= reasonOf(error, `/Resources/${id}`);
      return false;
    }
    const isThere =
      record?.physicalId !== undefined && !/^(?:DELETE|CREATE_FAILED|CREATE_IN)/.test(record.status);
    if (!isThere) return this.#create(id, state, operation, record?.before);
    const before = record.before !== undefined && record.before !== "new" ? record.before : undefined;
    // What has failed, or was broken off with an earlier process, has the properties that it was to get.
    const isOpen = /^UPDATE_(?:FAILED|IN_PROGRESS)$/.test(record.status);
    const is = isOpen && before ? before : record;
    const type = await this.#type(state.type);
    const isAsWanted = is.type === state.type && isSame(is.properties, state.properties);
    if (isAsWanted && !isOpen && !(type?.isTagged && hasOtherStackTags(is, state))) {
      this.#put({ ...record, ...kept(state) });
      return true;
    }
    const replaces =
      is.type !== state.type || (type !== undefined && isReplaced(type, is.properties, state.properties));
    const refusal = stackPolicyRefusal(
      operation.policyDuringUpdate ?? this.#stack.policy,
      id,
      state.type,
      replaces ? "Update:Replace" : "Update:Modify",
    );
    if (refusal !== undefined) {
      this.#put(
        { ...record, ...failed("UPDATE_FAILED", refusal, this.#now), operationId: operation.id },
        true,
      );
      this.#failed.push(id);
      return false;
    }
    return replaces
      ? this.#replace(record, state, operation, before)
      : this.#update(record, is, state, operation);
  }

  #stateOf(declared: Declared, dependsOn: readonly string[], scope: Scope): ResourceState {
    const policy = (value: Value | undefined) => {
      const is = value === undefined ? undefined : evaluate(value, scope);
      return is === undefined ? undefined : String(is);
    };
    const [deletionPolicy, updateReplacePolicy] = [
      policy(declared.deletionPolicy),
      policy(declared.updateReplacePolicy),
    ];
    const metadata = declared.metadata === undefined ? undefined : evaluate(declared.metadata, scope);
    const properties = evaluate(declared.properties, scope) as Values;
    const { operation, blueprint } = this.#stack;
    return {
      type: declared.type,
      stackTags: (operation?.to ?? blueprint).tags,
      properties,
      attributes: {},
      dependsOn,
      ...(deletionPolicy !== undefined && { deletionPolicy }),
      ...(updateReplacePolicy !== undefined && { updateReplacePolicy }),
      ...(metadata !== undefined && { metadata }),
    };
  }

  async #create(
    id: string,
    state: ResourceState,
    operation: Operation,
    before: ResourceRecord["before"],
  ): Promise<boolean> {
    const there = this.#record(id);
    // An earlier process has begun it: what it may have made has the same name.
    const suffix =
      there?.status === "CREATE_IN_PROGRESS"
        ? there.suffix
        : this.#place.host.random.string(12, NAME_ALPHABET);
    const imported = operation.imports?.[id];
    const verb = imported === undefined ? "CREATE" : "IMPORT";
    const begun: ResourceRecord = {
      ...state,
      stackId: this.stackId,
      logicalId: id,
      status: `${verb}_IN_PROGRESS`,
      atMs: this.#now,
      suffix,
      operationId: operation.id,
      ...(operation.kind === "update" && { before: before ?? ("new" as const) }),
    };
    this.#put(begun, true);
    return this.#carryOut(begun, `${verb}_FAILED`, "CREATE", async (type, properties, at) => {
      const made =
        imported === undefined
          ? await type.create(properties, at)
          : { id: imported, attributes: (await type.attributes?.(imported, properties, at)) ?? {} };
      const is = { ...begun, ...madeOf(made, {}), atMs: this.#now };
      this.#put(
        {
          ...is,
          reason: imported === undefined ? "Resource creation Initiated" : "Resource import started.",
        },
        true,
      );
      this.#put({ ...is, status: `${verb}_COMPLETE`, atMs: this.#now }, true);
    });
  }

  async #update(
    record: ResourceRecord,
    is: ResourceState,
    state: ResourceState,
    operation: Operation,
  ): Promise<boolean> {
    const { reason: _, ...rest } = record;
    const was = snapshot(is);
    const begun: ResourceRecord = {
      ...rest,
      ...kept(state),
      properties: state.properties,
      status: "UPDATE_IN_PROGRESS",
      atMs: this.#now,
      operationId: operation.id,
      before: record.before ?? was,
    };
    this.#put(begun, true);
    return this.#carryOut(begun, "UPDATE_FAILED", "UPDATE", async (type, properties, context) => {
      const at = { ...context, stackTagsBefore: stackTagsOf(was, context) };
      const existing = {
        id: record.physicalId!,
        attributes: was.attributes,
        properties: (await resolved(was.properties, at.call)) as Values,
      };
      const made = (await type.update?.(existing, properties, at)) ?? existing;
      const now = { ...begun, ...madeOf(made, was.attributes) };
      this.#put({ ...now, status: "UPDATE_COMPLETE", atMs: this.#now }, true);
    });
  }

  async #replace(
    record: ResourceRecord,
    state: ResourceState,
    operation: Operation,
    before: ResourceState | undefined,
  ): Promise<boolean> {
    const { physicalId, reason: _, ...rest } = record;
    const suffix =
      record.status === "UPDATE_IN_PROGRESS" && record.isReplacement
        ? record.suffix
        : this.#place.host.random.string(12, NAME_ALPHABET);
    const begun: ResourceRecord = {
      ...rest,
      ...state,
      ...(physicalId !== undefined && { physicalId }),
      status: "UPDATE_IN_PROGRESS",
      reason: "Requested update requires the creation of a new physical resource; hence creating one.",
      atMs: this.#now,
      suffix,
      operationId: operation.id,
      isReplacement: true,
      before: before ?? snapshot(record),
    };
    this.#put(begun, true);
    return this.#carryOut(begun, "UPDATE_FAILED", "UPDATE", async (type, properties, at) => {
      const made = await type.create(properties, at);
      const { reason: __, ...is } = { ...begun, ...madeOf(made, {}), atMs: this.#now };
      this.#put({ ...is, reason: "Resource creation Initiated" }, true);
      this.#put({ ...is, status: "UPDATE_COMPLETE", atMs: this.#now }, true);
    });
  }

  /** What is done with a resource, within the faults that meet it. @returns false when it has failed */
  async #carryOut(
    record: ResourceRecord,
    failure: string,
    verb: "CREATE" | "UPDATE" | "DELETE",
    work: (type: ResourceType, properties: Values, at: ResourceContext) => Promise<void>,
  ): Promise<boolean> {
    try {
      await this.#faults(record.logicalId, verb);
      const type = await this.#type(record.type);
      const at = this.#contextOf(record);
      if (type === undefined) {
        await this.#unserved(record, at);
        return true;
      }
      const lost = (type.required ?? []).filter((name) => record.properties[name] === undefined);
      if (lost.length > 0)
        throw new StackFailure(
          `Properties validation failed for resource ${record.logicalId} with message:\n${lost.map((name) => `#: required key [${name}] not found`).join("\n")}`,
        );
      await work(type, (await resolved(record.properties, at.call)) as Values, at);
    } catch (error) {
      if (this.#isStopped) return false;
      const now = this.#record(record.logicalId) ?? record;
      const isCancelled = this.#cancel.signal.aborted && error === this.#cancel.signal.reason;
      const reason = isCancelled ? cancelled(verb) : handlerMessage(error, record.type);
      if (!(error instanceof AwsError) && !(error instanceof StackFailure))
        this.#place.host.log.error(
          `The resource ${record.logicalId} of stack ${this.#stack.name} failed.`,
          error,
        );
      this.#put({ ...now, ...failed(failure, reason, this.#now) }, true);
      if (!isCancelled) this.#failed.push(record.logicalId);
      return false;
    }
    return true;
  }

  /** A type that is not served: it fails by its name, or is recorded as made. */
  async #unserved(record: ResourceRecord, at: ResourceContext): Promise<void> {
    if (this.#place.host.setting<string>("unsupported") !== "skip")
      throw new StackFailure(
        `Resource type ${record.type} is not served by Squall. With --cloudformation-unsupported skip it is recorded as created.`,
      );
    const verb = record.status.startsWith("UPDATE") ? "UPDATE" : "CREATE";
    this.#put(
      {
        ...record,
        physicalId: record.physicalId ?? at.name(),
        status: `${verb}_COMPLETE`,
        reason: `Recorded only: Squall does not serve ${record.type}.`,
        isSkipped: true,
        atMs: this.#now,
      },
      true,
    );
  }

  async #faults(logicalId: string, operation: "CREATE" | "UPDATE" | "DELETE"): Promise<void> {
    const { host } = this.#place;
    const subject = { resource: `${this.stackId}/${logicalId}`, operation };
    for (const { effect, params } of host.hits(RESOURCE, subject, this.#place)) {
      if (effect === "slow") {
        this.#waits();
        await host.clock.sleep(parseDuration(params["ms"]) ?? 30_000, this.#cancel.signal);
      } else if (effect === "fail") throw new StackFailure(failureOf(params));
    }
  }

  /** @returns undefined for a type that is not served */
  async #type(name: string): Promise<ResourceType | undefined> {
    const served = name.startsWith("Custom::") ? "AWS::CloudFormation::CustomResource" : name;
    return hasType(served) ? loadType(served) : undefined;
  }

  #fail(operation: Operation): void {
    const reason =
      this.#stackFailure !== undefined
        ? `${this.#stackFailure}. `
        : `The following resource(s) failed to ${this.#failedVerb === "create" ? "create" : "update"}: [${this.#failed.join(", ")}]. `;
    if (operation.kind === "create") {
      if (operation.onFailure === "DO_NOTHING") this.#settle({ status: "CREATE_FAILED" }, reason);
      else if (operation.onFailure === "DELETE")
        this.#go("DELETE_IN_PROGRESS", `${reason}Delete requested by user.`, {
          ...operation,
          kind: "delete",
          phase: "delete",
        });
      else
        this.#go("ROLLBACK_IN_PROGRESS", `${reason}Rollback requested by user.`, {
          ...operation,
          phase: "rollback",
        });
      return;
    }
    const reasons = this.#stackFailure === undefined ? this.#failedReasons() : reason;
    if (operation.onFailure === "DO_NOTHING") this.#settle({ status: "UPDATE_FAILED" }, reasons);
    else this.#go("UPDATE_ROLLBACK_IN_PROGRESS", reasons, { ...operation, phase: "rollback" });
  }

  #failedReasons(): string {
    const of = (status: string) =>
      this.#failed.filter((id) => this.#record(id)?.status === status).join(", ");
    const [made, changed] = [of("CREATE_FAILED"), of("UPDATE_FAILED")];
    return `${made && `The following resource(s) failed to create: [${made}]. `}${changed && `The following resource(s) failed to update: [${changed}]. `}`;
  }

  /** What an update has left over: replaced resources, and those that the template has no more. */
  async #cleanUp(operation: Operation): Promise<void> {
    const template = templateOf(operation.to!);
    const scope = scopeOf(
      template,
      operation.to!.parameters,
      this.#surroundings(this.#stack, operation.to!),
      (id) => this.#record(id),
    );
    const isKept = (id: string) =>
      template.resources[id] !== undefined && isWanted(template.resources[id], scope);
    const records = resourcesOf(this.stackId, this.#place);
    const gone = records.filter(({ logicalId }) => !isKept(logicalId));
    let complete = await this.#inReverse(gone, (record) => this.#deleteRecord(record, operation, true));
    for (const record of records.filter(({ logicalId }) => isKept(logicalId))) {
      if (this.#isStopped) return;
      const { before, isReplacement, ...rest } = record;
      if (
        isReplacement &&
        before !== undefined &&
        before !== "new" &&
        before.physicalId !== record.physicalId
      )
        complete = (await this.#discard(record, before, before.updateReplacePolicy)) && complete;
      this.#put(this.#without(rest));
    }
    if (this.#isStopped) return;
    this.#settle(
      { status: "UPDATE_COMPLETE" },
      complete ? undefined : "One or more resources could not be deleted.",
    );
  }

  #without(record: ResourceRecord): ResourceRecord {
    const {
      before: _,
      isReplacement: __,
      discarded: ___,
      ...rest
    } = record as ResourceRecord & { discarded?: unknown };
    return rest;
  }

  /** Deletes what stood in a resource's place, or stands there no more. */
  async #discard(record: ResourceRecord, state: ResourceState, policy: string | undefined): Promise<boolean> {
    const is: ResourceRecord = { ...record, ...state, atMs: this.#now };
    if (policy === "Retain" || state.physicalId === undefined) {
      if (state.physicalId !== undefined) this.#say({ ...is, status: "DELETE_SKIPPED" });
      return true;
    }
    this.#say({ ...is, status: "DELETE_IN_PROGRESS" });
    const why = await this.#deletion(is);
    if (this.#isStopped) return false;
    this.#say({
      ...is,
      ...(why === undefined ? { status: "DELETE_COMPLETE" } : failed("DELETE_FAILED", why, this.#now)),
    });
    return why === undefined;
  }

  async #rollBack(operation: Operation): Promise<void> {
    if (operation.kind === "create") {
      const records = resourcesOf(this.stackId, this.#place).filter(
        ({ status }) => status !== "DELETE_COMPLETE",
      );
      const complete = await this.#inReverse(records, (record) =>
        this.#deleteRecord(record, operation, false, operation.retainExceptOnCreate),
      );
      if (this.#isStopped) return;
      if (complete) this.#settle({ status: "ROLLBACK_COMPLETE", outputs: {} });
      else this.#settle({ status: "ROLLBACK_FAILED" }, this.#notDeleted());
      return;
    }
    const changed = resourcesOf(this.stackId, this.#place).filter(
      (record) => record.before !== undefined && record.before !== "new",
    );
    const failures: string[] = [];
    for (const record of inOrder(changed)) {
      if (this.#isStopped) return;
      if (operation.skip?.includes(record.logicalId)) {
        this.#put({ ...this.#without(record), status: "UPDATE_COMPLETE", atMs: this.#now });
        continue;
      }
      if (!(await this.#restore(record, operation))) failures.push(record.logicalId);
    }
    if (this.#isStopped) return;
    if (failures.length > 0)
      this.#settle(
        { status: "UPDATE_ROLLBACK_FAILED" },
        `The following resource(s) failed to update: [${failures.join(", ")}]. `,
      );
    else
      this.#go("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", undefined, {
        ...operation,
        phase: "rollback-cleanup",
      });
  }

  /** Brings a resource back to what it was before the update. */
  async #restore(record: ResourceRecord, operation: Operation): Promise<boolean> {
    const before = record.before as ResourceState;
    const isUntouched =
      record.operationId !== undefined &&
      isSame(record.properties, before.properties) &&
      !hasOtherStackTags(record, before) &&
      record.physicalId === before.physicalId &&
      record.status !== "UPDATE_FAILED";
    const { reason: _, before: __, ...rest } = record;
    if (isUntouched) {
      this.#put(this.#without({ ...rest, ...before }));
      return true;
    }
    const begun: ResourceRecord = { ...rest, ...before, status: "UPDATE_IN_PROGRESS", atMs: this.#now };
    this.#say(begun);
    if (record.isReplacement) {
      const made = record.physicalId !== before.physicalId ? snapshot(record) : undefined;
      this.#put(
        { ...begun, status: "UPDATE_COMPLETE", ...(made && { discarded: made }) } as ResourceRecord,
        true,
      );
      return true;
    }
    try {
      await this.#faults(record.logicalId, "UPDATE");
      const type = await this.#type(before.type);
      const context = this.#contextOf(begun);
      const at = { ...context, stackTagsBefore: stackTagsOf(record, context) };
      const existing = {
        id: record.physicalId!,
        attributes: record.attributes,
        properties: (await resolved(record.properties, at.call)) as Values,
      };
      const made =
        (await type?.update?.(existing, (await resolved(before.properties, at.call)) as Values, at)) ??
        existing;
      this.#put(
        {
          ...this.#without(begun),
          ...madeOf(made, before.attributes),
          operationId: operation.id,
          status: "UPDATE_COMPLETE",
          atMs: this.#now,
        },
        true,
      );
      return true;
    } catch (error) {
      if (this.#isStopped) return false;
      this.#put(
        { ...record, ...failed("UPDATE_FAILED", handlerMessage(error, record.type), this.#now) },
        true,
      );
      return false;
    }
  }

  async #cleanUpRollback(operation: Operation): Promise<void> {
    const records = resourcesOf(this.stackId, this.#place) as (ResourceRecord & {
      discarded?: ResourceState;
    })[];
    const made = records.filter(({ before }) => before === "new");
    let complete = await this.#inReverse(made, (record) => this.#deleteRecord(record, operation, true, true));
    for (const record of records) {
      if (this.#isStopped) return;
      if (record.discarded) complete = (await this.#discard(record, record.discarded, undefined)) && complete;
      if (record.before !== "new") this.#put(this.#without(record));
    }
    if (this.#isStopped) return;
    this.#settle(
      { status: "UPDATE_ROLLBACK_COMPLETE" },
      complete ? undefined : "One or more resources could not be deleted.",
    );
  }

  async #delete(operation: Operation): Promise<void> {
    const records = resourcesOf(this.stackId, this.#place).filter(
      ({ status }) => status !== "DELETE_COMPLETE" && status !== "DELETE_SKIPPED",
    );
    const complete = await this.#inReverse(records, (record) => this.#deleteRecord(record, operation, false));
    if (this.#isStopped) return;
    if (!complete) {
      this.#settle({ status: "DELETE_FAILED" }, this.#notDeleted());
      return;
    }
    this.#place.store.transaction(() => {
      this.#export(this.stackId, {});
      this.#settle({ status: "DELETE_COMPLETE", deletedMs: this.#now, imports: [] });
    });
  }

  #notDeleted(): string {
    const ids = resourcesOf(this.stackId, this.#place).filter(({ status }) => status === "DELETE_FAILED");
    return `The following resource(s) failed to delete: [${ids.map(({ logicalId }) => logicalId).join(", ")}]. `;
  }

  /** Each once those are gone that depend on it. */
  async #inReverse(
    records: readonly ResourceRecord[],
    work: (record: ResourceRecord) => Promise<boolean>,
  ): Promise<boolean> {
    const byId = new Map(records.map((record) => [record.logicalId, record]));
    const doing = new Map<string, Promise<boolean>>();
    const act = (record: ResourceRecord): Promise<boolean> => {
      const begun = doing.get(record.logicalId);
      if (begun) return begun;
      const promise = (async () => {
        const users = [...byId.values()].filter(({ dependsOn }) => dependsOn.includes(record.logicalId));
        const all = await Promise.all(users.map(act));
        if (all.includes(false) || this.#isStopped) return false;
        return work(record);
      })();
      doing.set(record.logicalId, promise);
      return promise;
    };
    const all = await Promise.all(records.map(act));
    return !all.includes(false);
  }

  async #deleteRecord(
    record: ResourceRecord,
    operation: Operation,
    forgets: boolean,
    isOfCreate = false,
  ): Promise<boolean> {
    const { reason: _, ...rest } = record;
    const end = (is: ResourceRecord) => {
      if (!forgets) return this.#put(is, true);
      this.#place.store.transaction(() => {
        this.#say(is);
        this.#place.store.collection(resourceRecords).delete([this.stackId, record.logicalId]);
      });
    };
    const isRetained =
      operation.retain.includes(record.logicalId) ||
      (record.deletionPolicy === "Retain" && !isOfCreate) ||
      (record.deletionPolicy === "RetainExceptOnCreate" && !isOfCreate && operation.phase !== "rollback");
    if (record.physicalId !== undefined && isRetained) {
      end({ ...rest, status: "DELETE_SKIPPED", atMs: this.#now });
      return true;
    }
    if (record.physicalId === undefined) {
      this.#say({ ...rest, status: "DELETE_IN_PROGRESS", atMs: this.#now });
      end({ ...rest, status: "DELETE_COMPLETE", atMs: this.#now });
      return true;
    }
    this.#put({ ...rest, status: "DELETE_IN_PROGRESS", atMs: this.#now }, true);
    const why = await this.#deletion(record);
    if (this.#isStopped) return false;
    if (why === undefined) {
      end({ ...rest, status: "DELETE_COMPLETE", atMs: this.#now });
      return true;
    }
    if (operation.force) {
      end({ ...rest, status: "DELETE_SKIPPED", reason: why, atMs: this.#now });
      return true;
    }
    this.#put({ ...rest, ...failed("DELETE_FAILED", why, this.#now) }, true);
    return forgets;
  }

  /** @returns why a resource could not be deleted */
  async #deletion(record: ResourceRecord): Promise<string | undefined> {
    try {
      await this.#faults(record.logicalId, "DELETE");
      const type = record.isSkipped ? undefined : await this.#type(record.type);
      if (!type) return undefined;
      const at = this.#contextOf(record);
      const properties = (await resolved(record.properties, at.call).catch(
        () => record.properties,
      )) as Values;
      await type.delete({ id: record.physicalId!, properties, attributes: record.attributes }, at);
      return undefined;
    } catch (error) {
      if (!(error instanceof AwsError) && !(error instanceof StackFailure) && !this.#isStopped)
        this.#place.host.log.error(`The resource ${record.logicalId} was not deleted.`, error);
      return handlerMessage(error, record.type);
    }
  }

  #outputs(template: Template, scope: Scope): Record<string, StackOutput> {
    const outputs: Record<string, StackOutput> = {};
    for (const [name, declared] of Object.entries(template.outputs)) {
      const { Condition: condition } = declared;
      if (typeof condition === "string" && !scope.condition(condition)) continue;
      let value: Value | undefined;
      try {
        value = evaluate(declared["Value"]!, scope);
      } catch (error) {
        if (error instanceof NoSuchAttribute)
          throw new StackFailure(`[Error] /Outputs/${name}/Value/Fn::GetAtt: ${error.message}`);
        throw error;
      }
      if (value === undefined) continue;
      const exported = declared["Export"] as Values | undefined;
      const exportName = exported?.["Name"] === undefined ? undefined : evaluate(exported["Name"], scope);
      outputs[name] = {
        value: typeof value === "object" ? JSON.stringify(value) : String(value),
        ...(typeof declared["Description"] === "string" && { description: declared["Description"] }),
        ...(exportName !== undefined && { exportName: String(exportName) }),
      };
      if (exportName === undefined) continue;
      const there = this.#place.store.collection(exportRecords).get([String(exportName)]);
      if (there && there.stackId !== this.stackId)
        throw new StackFailure(
          `Export with name ${String(exportName)} is already exported by stack ${nameIn(there.stackId)}`,
        );
    }
    this.#refuseChangedExports(outputs);
    return outputs;
  }

  /** An export that others import can neither change nor go. */
  #refuseChangedExports(outputs: Readonly<Record<string, StackOutput>>): void {
    for (const { exportName, value } of Object.values(this.#stack.outputs)) {
      if (exportName === undefined) continue;
      const user = importers(exportName, this.#place)[0];
      if (user === undefined) continue;
      const now = Object.values(outputs).find((output) => output.exportName === exportName);
      if (now === undefined)
        throw new StackFailure(`Export ${exportName} cannot be deleted as it is in use by ${user}`);
      if (now.value !== value)
        throw new StackFailure(`Export ${exportName} cannot be updated as it is in use by ${user}`);
    }
  }

  #export(stackId: string, outputs: Readonly<Record<string, StackOutput>>): void {
    const exports = this.#place.store.collection(exportRecords);
    for (const { exportName } of Object.values(this.#stack.outputs))
      if (exportName !== undefined) exports.delete([exportName]);
    for (const { exportName, value } of Object.values(outputs))
      if (exportName !== undefined) exports.put([exportName], { name: exportName, value, stackId });
  }

  #go(status: string, reason: string | undefined, operation: Operation): void {
    this.#failed.length = 0;
    this.#stackFailure = undefined;
    changeStack(this.stackId, { status, operation }, this.#place, { reason });
  }

  /** The operation is over. */
  #settle(change: Partial<StackRecord>, reason?: string): void {
    this.#place.store.transaction(() => {
      const stack = changeStack(this.stackId, change, this.#place, { reason });
      const { operation: _, ...rest } = stack;
      this.#place.store.collection(stackRecords).put([stack.id], rest);
    });
  }

  #record(logicalId: string): ResourceRecord | undefined {
    return this.#place.store.collection(resourceRecords).get([this.stackId, logicalId]);
  }

  #put(record: ResourceRecord, says = false): void {
    this.#place.store.transaction(() => {
      this.#place.store.collection(resourceRecords).put([this.stackId, record.logicalId], record);
      if (says) this.#say(record);
    });
  }

  #say(record: ResourceRecord): void {
    resourceEvent(this.stackId, record, this.#place);
  }

  get #now(): number {
    return this.#place.host.clock.now();
  }

  #contextOf(record: ResourceRecord): ResourceContext {
    const stack = this.#stack;
    const blueprint = stack.operation?.to ?? stack.blueprint;
    const { host, account, region } = this.#place;
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
      stackTags: {
        ...(record.stackTags ?? blueprint.tags),
        "aws:cloudformation:stack-name": stack.name,
        "aws:cloudformation:stack-id": stack.id,
        "aws:cloudformation:logical-id": record.logicalId,
      },
      stackTagsBefore: {},
      name: (most, name) => madeName(stack.name, record.logicalId, record.suffix, most, name),
      call,
      until: async (holds) => {
        const deadlineMs = this.#now + LONGEST_WAIT_MS;
        while (!(await holds())) {
          if (this.#now >= deadlineMs) throw new StackFailure("Exceeded attempts to wait");
          this.#waits();
          await host.clock.sleep(LOOK_MS, this.#cancel.signal);
        }
      },
      engine: {
        newId: () => host.random.uuid(),
        signalUrl: (key, by = "anyone") => this.#signals.url(this.#place, { key, subject, by }),
        awaitSignals: (key, wanted) => {
          this.#waits();
          return this.#signals.wait(this.#place, key, wanted, this.#cancel.signal);
        },
      },
    };
  }
}

/** The names of stacks that import an export. */
export function importers(name: string, { store }: Pick<StackPlace, "store">): string[] {
  return [...store.collection(stackRecords).values()]
    .filter(({ imports, deletedMs }) => deletedMs === undefined && imports.includes(name))
    .map((stack) => stack.name);
}

const nameIn = (stackId: string): string => stackId.split("/")[1] ?? stackId;

/** Is a resource wanted, by its condition? */
export function isWanted({ condition }: Pick<Declared, "condition">, scope: Scope): boolean {
  return condition === undefined || scope.condition(String(condition));
}

/** Do the properties that differ ask for another resource? */
export function isReplaced(type: ResourceType, before: Values, after: Values): boolean {
  return type.replacedBy.some((path) =>
    path === "*" ? !isSame(before, after) : !isSame(at(before, path) as Value, at(after, path) as Value),
  );
}

const at = (values: Values, path: string): unknown =>
  path.split(".").reduce<unknown>((value, part) => (value as Values | undefined)?.[part], values);

/** `stack-LogicalId-1A2B3C4D5E6F`, no longer than a service takes it. */
function madeName(
  stack: string,
  logicalId: string,
  suffix: string,
  most = 255,
  { lower = false, suffix: ending = "" }: { readonly lower?: boolean; readonly suffix?: string } = {},
): string {
  const room = most - suffix.length - ending.length - 2;
  const [a, b] = [stack.length, logicalId.length];
  const half = Math.floor(room / 2);
  const first = a + b <= room ? stack : stack.slice(0, Math.max(half, room - b));
  const second = a + b <= room ? logicalId : logicalId.slice(0, room - first.length);
  const name = `${[first, second, suffix].filter(Boolean).join("-")}${ending}`;
  return lower ? name.toLowerCase() : name;
}

/** All that CloudFormation has tagged a resource with. One of a database of before knows its stack's tags no more. */
function stackTagsOf(
  { stackTags }: ResourceState,
  at: Pick<ResourceContext, "stackTags">,
): Readonly<Record<string, string>> {
  if (!stackTags) return {};
  const ours = Object.entries(at.stackTags).filter(([key]) => key.startsWith("aws:cloudformation:"));
  return { ...stackTags, ...Object.fromEntries(ours) };
}

const hasOtherStackTags = (one: ResourceState, other: ResourceState): boolean =>
  !isSame({ ...one.stackTags }, { ...other.stackTags });

const snapshot = ({
  type,
  physicalId,
  properties,
  attributes,
  deletionPolicy,
  updateReplacePolicy,
  metadata,
  stackTags,
  dependsOn,
}: ResourceState): ResourceState => ({
  type,
  properties,
  attributes,
  dependsOn,
  ...(stackTags !== undefined && { stackTags }),
  ...(physicalId !== undefined && { physicalId }),
  ...(deletionPolicy !== undefined && { deletionPolicy }),
  ...(updateReplacePolicy !== undefined && { updateReplacePolicy }),
  ...(metadata !== undefined && { metadata }),
});

/** What changes without anything being done. */
const kept = ({ deletionPolicy, updateReplacePolicy, metadata, stackTags, dependsOn }: ResourceState) => ({
  dependsOn,
  ...(stackTags !== undefined && { stackTags }),
  ...(deletionPolicy !== undefined && { deletionPolicy }),
  ...(updateReplacePolicy !== undefined && { updateReplacePolicy }),
  ...(metadata !== undefined && { metadata }),
});

const madeOf = ({ id, attributes }: Made, before: ResourceState["attributes"]) => ({
  physicalId: id,
  attributes: attributes ?? before,
});

const failed = (status: string, reason: string, atMs: number) => ({ status, reason, atMs });

const cancelled = (verb: string): string =>
  verb === "CREATE" ? "Resource creation cancelled" : "Resource update cancelled";

/** Those first that others depend on. */
function inOrder(records: readonly ResourceRecord[]): ResourceRecord[] {
  const left = new Map(records.map((record) => [record.logicalId, record]));
  const order: ResourceRecord[] = [];
  const visit = (record: ResourceRecord): void => {
    if (!left.delete(record.logicalId)) return;
    for (const id of record.dependsOn) {
      const other = left.get(id);
      if (other) visit(other);
    }
    order.push(record);
  };
  for (const record of records) visit(record);
  return order;
}

function reasonOf(error: unknown, path?: string): string {
  if (error instanceof NoSuchAttribute && path !== undefined) return `[Error] ${path}: ${error.message}`;
  if (error instanceof AwsError || error instanceof StackFailure || error instanceof NoSuchAttribute)
    return error.message.replace(/\.$/, "");
  throw error;
}
