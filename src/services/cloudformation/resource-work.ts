import { isDeepStrictEqual } from "node:util";
import { AwsError } from "../../core/aws-error.ts";
import { type WantedSignals, wantedSignals } from "./creation-policy.ts";
import { resolved } from "./dynamic-references.ts";
import { handlerCode, handlerMessage } from "./handler-error.ts";
import { NESTED_STACK } from "./plan.ts";
import { NAME_ALPHABET } from "./resource-context.ts";
import {
  failed,
  hasOtherStackTags,
  inState,
  isReplaced,
  madeName,
  madeOf,
  said,
  snapshot,
  stackTagsOf,
} from "./resource-state.ts";
import { missingKeys, type ResourceContext, type ResourceType } from "./resource-type.ts";
import { isSame, type Value, type Values } from "./sam/value.ts";
import { type Operation, type ResourceRecord, type ResourceState, resourceRecords } from "./stack.ts";
import { reasonOf, StackFailure } from "./stack-failure.ts";
import { stackPolicyRefusal } from "./stack-policy.ts";
import type { StackWork } from "./stack-work.ts";
import { evaluate, type Scope } from "./template/functions.ts";
import type { Declared } from "./template/template.ts";

const INITIATED = "Resource creation Initiated";

/** A resource with what its rollback, a replacement of it, has left over. */
export type WithDiscarded = ResourceRecord & { readonly discarded?: ResourceState };

/** What is done with the resources of a stack, one at a time. */
export class ResourceWork {
  readonly #work: StackWork;

  constructor(work: StackWork) {
    this.#work = work;
  }

  /** Brings a resource to what its template says. @returns false when it has failed */
  async bring(
    id: string,
    declared: Declared,
    dependsOn: readonly string[],
    scope: Scope,
    operation: Operation,
  ): Promise<boolean> {
    const record = this.#work.record(id);
    if (record?.operationId === operation.id && record.status.endsWith("_COMPLETE")) return true;
    let state: ResourceState;
    let wanted: WantedSignals | undefined;
    try {
      state = this.#stateOf(declared, dependsOn, scope);
      const policy = declared.creationPolicy;
      wanted = wantedSignals(state, policy === undefined ? undefined : evaluate(policy, scope));
    } catch (error) {
      // Its values cannot be had: that is the stack's failure.
      this.#work.stackFailure ??= reasonOf(error, `/Resources/${id}`);
      return false;
    }
    // What is gone is begun anew, once in an operation.
    const isGone = operation.remakes?.includes(id) && record?.operationId !== operation.id;
    const isThere =
      record?.physicalId !== undefined &&
      !isGone &&
      !/^(?:DELETE|CREATE_FAILED|CREATE_IN)/.test(record.status);
    if (!isThere) return this.#create(id, state, operation, record?.before, wanted);
    const before = record.before !== undefined && record.before !== "new" ? record.before : undefined;
    // What has failed, or was broken off with an earlier process, has the properties that it was to get.
    const isOpen = /^UPDATE_(?:FAILED|IN_PROGRESS)$/.test(record.status);
    const actual = operation.reverts?.[id];
    const is =
      isOpen && before ? before : { ...record, properties: (!isOpen && actual) || record.properties };
    const type = await this.#work.type(state.type);
    const isAsWanted = isSame(is.properties, state.properties);
    // What is in a nested stack may have changed although nothing that is said of it has.
    const mayDiffer =
      state.type === NESTED_STACK &&
      operation.kind === "update" &&
      (operation.nested === undefined || operation.nested[id] !== undefined);
    if (isAsWanted && !isOpen && !mayDiffer && !(type?.isTagged && hasOtherStackTags(is, state))) {
      const quiet = said(record, state);
      // A rollback brings back what the template said before.
      const isChanged = operation.kind === "update" && !isDeepStrictEqual(snapshot(quiet), snapshot(record));
      this.#work.put(isChanged ? { ...quiet, before: record.before ?? snapshot(record) } : quiet);
      return true;
    }
    const replaces = type !== undefined && isReplaced(type, is.properties, state.properties);
    const refusal = stackPolicyRefusal(
      operation.policyDuringUpdate ?? this.#work.stack.policy,
      id,
      state.type,
      replaces ? "Update:Replace" : "Update:Modify",
    );
    if (refusal !== undefined) {
      this.#work.put(
        { ...record, ...failed("UPDATE_FAILED", refusal, this.#work.now), operationId: operation.id },
        true,
      );
      this.#work.failed.push(id);
      return false;
    }
    return replaces
      ? this.#replace(record, state, operation, before, wanted)
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
    const { operation, blueprint } = this.#work.stack;
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
    wanted: WantedSignals | undefined,
  ): Promise<boolean> {
    const there = this.#work.record(id);
    // An earlier process has made it, and waited for what is to be heard of it.
    const isMade = there?.status === "CREATE_IN_PROGRESS" && there.reason === INITIATED;
    // An earlier process has begun it: what it may have made has the same name.
    const suffix =
      there?.status === "CREATE_IN_PROGRESS"
        ? there.suffix
        : this.#work.place.host.random.string(12, NAME_ALPHABET);
    const imported = operation.imports?.[id];
    const verb = imported === undefined ? "CREATE" : "IMPORT";
    const begun: ResourceRecord = {
      ...state,
      ...(there?.status === "CREATE_IN_PROGRESS" &&
        there.physicalId !== undefined && { physicalId: there.physicalId }),
      stackId: this.#work.stackId,
      logicalId: id,
      status: `${verb}_IN_PROGRESS`,
      ...(imported !== undefined && { reason: "Resource import started." }),
      atMs: this.#work.now,
      suffix,
      operationId: operation.id,
      ...(operation.kind === "update" && { before: before ?? ("new" as const) }),
    };
    this.#work.put(begun, true);
    return this.#carryOut(begun, `${verb}_FAILED`, "CREATE", async (type, properties, at) => {
      if (there?.status === "CREATE_FAILED" && there.physicalId !== undefined) {
        const why = await this.#deletion(there);
        if (why !== undefined) throw new StackFailure(why);
      }
      if (imported !== undefined) return this.#import(begun, imported, type, properties, at);
      if (!isMade && wanted) this.#work.forgetSignals(id);
      const made = isMade
        ? { id: there.physicalId ?? "", attributes: there.attributes }
        : await type.create(properties, at);
      const is = { ...begun, ...madeOf(made, {}), atMs: this.#work.now };
      this.#work.put({ ...is, reason: INITIATED }, true);
      if (wanted) await this.#work.hear(is, wanted);
      this.#work.put({ ...is, status: "CREATE_COMPLETE", atMs: this.#work.now }, true);
    });
  }

  /** Takes a resource that is there into the stack, and gives it the stack's tags. */
  async #import(
    begun: ResourceRecord,
    id: string,
    type: ResourceType,
    properties: Values,
    at: ResourceContext,
  ): Promise<void> {
    const attributes = (await type.attributes?.(id, properties, at)) ?? {};
    const existing = { id, properties, attributes };
    if (type.read && !(await type.read(existing, at)))
      throw new StackFailure(
        `Resource handler returned message: "Resource of type '${type.type}' with identifier '${id}' was not found." (HandlerErrorCode: NotFound)`,
      );
    const { reason: _, ...is } = { ...begun, ...madeOf(existing, {}), atMs: this.#work.now };
    this.#work.put({ ...is, status: "IMPORT_COMPLETE", reason: "Resource import completed." }, true);
    if (!type.isTagged) return;
    const tagging = "Apply stack-level tags to imported resource if applicable.";
    this.#work.say({ ...is, status: "UPDATE_IN_PROGRESS", reason: tagging });
    await type.update?.(existing, properties, { ...at, stackTagsBefore: {} });
    this.#work.say({ ...is, status: "UPDATE_COMPLETE", atMs: this.#work.now });
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
      ...said(rest, state),
      properties: state.properties,
      status: "UPDATE_IN_PROGRESS",
      atMs: this.#work.now,
      operationId: operation.id,
      before: record.before ?? was,
    };
    this.#work.put(begun, true);
    return this.#carryOut(begun, "UPDATE_FAILED", "UPDATE", async (type, properties, context) => {
      const at = { ...context, stackTagsBefore: stackTagsOf(was, context) };
      const existing = {
        id: record.physicalId!,
        attributes: was.attributes,
        properties: (await resolved(was.properties, at.call)) as Values,
      };
      const made = (await type.update?.(existing, properties, at)) ?? existing;
      const now = { ...begun, ...madeOf(made, was.attributes) };
      this.#work.put({ ...now, status: "UPDATE_COMPLETE", atMs: this.#work.now }, true);
    });
  }

  async #replace(
    record: ResourceRecord,
    state: ResourceState,
    operation: Operation,
    before: ResourceState | undefined,
    wanted: WantedSignals | undefined,
  ): Promise<boolean> {
    const { physicalId, reason: _, ...rest } = record;
    const suffix =
      record.status === "UPDATE_IN_PROGRESS" && record.isReplacement
        ? record.suffix
        : this.#work.place.host.random.string(12, NAME_ALPHABET);
    const begun: ResourceRecord = {
      ...inState(rest, state),
      ...(physicalId !== undefined && { physicalId }),
      status: "UPDATE_IN_PROGRESS",
      reason: "Requested update requires the creation of a new physical resource; hence creating one.",
      atMs: this.#work.now,
      suffix,
      operationId: operation.id,
      isReplacement: true,
      before: before ?? snapshot(record),
    };
    this.#work.put(begun, true);
    return this.#carryOut(begun, "UPDATE_FAILED", "UPDATE", async (type, properties, at) => {
      if (wanted) this.#work.forgetSignals(record.logicalId);
      const made = await type.create(properties, at).catch((error: unknown) => {
        const isNamed = physicalId !== undefined && Object.values(properties).includes(physicalId);
        throw isNamed && isThereAlready(error) ? customNamed(physicalId) : error;
      });
      const { reason: __, ...is } = { ...begun, ...madeOf(made, {}), atMs: this.#work.now };
      this.#work.put({ ...is, reason: INITIATED }, true);
      if (wanted) await this.#work.hear(is, wanted);
      this.#work.put({ ...is, status: "UPDATE_COMPLETE", atMs: this.#work.now }, true);
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
      const type = await this.#work.type(record.type);
      await this.#work.begin(record.logicalId, verb);
      const at = this.#work.contextOf(record);
      if (type === undefined) {
        await this.#unserved(record, at);
        return true;
      }
      const missing = missingKeys(type, record.properties);
      if (missing.length > 0)
        throw new StackFailure(
          `Properties validation failed for resource ${record.logicalId} with message:\n${missing.join("\n")}`,
        );
      await work(type, (await resolved(record.properties, at.call)) as Values, at);
    } catch (error) {
      if (this.#work.isStopped) return false;
      const now = this.#work.record(record.logicalId) ?? record;
      const isCancelled = this.#work.cancelled.signal.aborted && error === this.#work.cancelled.signal.reason;
      const reason = isCancelled ? cancelled(verb) : handlerMessage(error, record.type);
      if (!(error instanceof AwsError) && !(error instanceof StackFailure))
        this.#work.place.host.log.error(
          `The resource ${record.logicalId} of stack ${this.#work.stack.name} failed.`,
          error,
        );
      this.#work.put({ ...now, ...failed(failure, reason, this.#work.now) }, true);
      if (!isCancelled) this.#work.failed.push(record.logicalId);
      return false;
    }
    return true;
  }

  /** A type that is not served: it fails by its name, or is recorded as made. */
  async #unserved(record: ResourceRecord, at: ResourceContext): Promise<void> {
    if (this.#work.place.host.setting<string>("unsupported") !== "skip")
      throw new StackFailure(
        `Resource type ${record.type} is not served by Squall. With --cloudformation-unsupported skip it is recorded as created.`,
      );
    const verb = record.status.startsWith("UPDATE") ? "UPDATE" : "CREATE";
    this.#work.put(
      {
        ...record,
        physicalId: record.isReplacement ? at.name() : (record.physicalId ?? at.name()),
        status: `${verb}_COMPLETE`,
        reason: `Recorded only: Squall does not serve ${record.type}.`,
        isSkipped: true,
        atMs: this.#work.now,
      },
      true,
    );
  }

  /** Brings a resource back to what it was before the update. */
  async restore(record: ResourceRecord, operation: Operation): Promise<boolean> {
    const before = record.before as ResourceState;
    const isUntouched =
      record.operationId !== undefined &&
      isSame(record.properties, before.properties) &&
      !hasOtherStackTags(record, before) &&
      record.physicalId === before.physicalId &&
      record.status !== "UPDATE_FAILED";
    const { reason: _, before: __, ...rest } = record;
    if (isUntouched) {
      this.#work.put(this.settled(inState(rest, before)));
      return true;
    }
    const begun: ResourceRecord = {
      ...inState<ResourceRecord>(rest, before),
      status: "UPDATE_IN_PROGRESS",
      atMs: this.#work.now,
    };
    this.#work.say(begun);
    if (record.isReplacement) {
      const made = record.physicalId !== before.physicalId ? snapshot(record) : undefined;
      this.#work.put(
        { ...begun, status: "UPDATE_COMPLETE", ...(made && { discarded: made }) } as ResourceRecord,
        true,
      );
      return true;
    }
    try {
      const type = await this.#work.type(before.type);
      await this.#work.begin(record.logicalId, "UPDATE");
      const context = this.#work.contextOf(begun);
      const at = { ...context, stackTagsBefore: stackTagsOf(record, context) };
      const existing = {
        id: record.physicalId!,
        attributes: record.attributes,
        properties: (await resolved(record.properties, at.call)) as Values,
      };
      const made =
        (await type?.update?.(existing, (await resolved(before.properties, at.call)) as Values, at)) ??
        existing;
      this.#work.put(
        {
          ...this.settled(begun),
          ...madeOf(made, before.attributes),
          operationId: operation.id,
          status: "UPDATE_COMPLETE",
          atMs: this.#work.now,
        },
        true,
      );
      return true;
    } catch (error) {
      if (this.#work.isStopped) return false;
      this.#work.put(
        { ...record, ...failed("UPDATE_FAILED", handlerMessage(error, record.type), this.#work.now) },
        true,
      );
      return false;
    }
  }

  /** @returns false when it could not be deleted */
  async delete(
    record: ResourceRecord,
    operation: Operation,
    forgets: boolean,
    isOfCreate = false,
  ): Promise<boolean> {
    const { reason: _, ...rest } = record;
    const end = (is: ResourceRecord) => {
      if (!forgets) return this.#work.put(is, true);
      this.#work.write(() => {
        this.#work.say(is);
        this.#work.place.store.collection(resourceRecords).delete([this.#work.stackId, record.logicalId]);
      });
    };
    const isRetained =
      operation.retain.includes(record.logicalId) ||
      (record.deletionPolicy === "Retain" && !isOfCreate) ||
      (record.deletionPolicy === "RetainExceptOnCreate" && !isOfCreate && operation.phase !== "rollback");
    if (record.physicalId !== undefined && isRetained) {
      end({ ...rest, status: "DELETE_SKIPPED", atMs: this.#work.now });
      return true;
    }
    if (record.physicalId === undefined) {
      this.#work.say({ ...rest, status: "DELETE_IN_PROGRESS", atMs: this.#work.now });
      end({ ...rest, status: "DELETE_COMPLETE", atMs: this.#work.now });
      return true;
    }
    this.#work.put({ ...rest, status: "DELETE_IN_PROGRESS", atMs: this.#work.now }, true);
    const why = await this.#deletion(record, record.deletionPolicy ?? defaultPolicy(record));
    if (this.#work.isStopped) return false;
    if (why === undefined) {
      end({ ...rest, status: "DELETE_COMPLETE", atMs: this.#work.now });
      return true;
    }
    if (operation.force) {
      end({ ...rest, status: "DELETE_SKIPPED", reason: why, atMs: this.#work.now });
      return true;
    }
    this.#work.put({ ...rest, ...failed("DELETE_FAILED", why, this.#work.now) }, true);
    return forgets;
  }

  /** Deletes what stood in a resource's place, or stands there no more. */
  async discard(record: ResourceRecord, state: ResourceState, policy: string | undefined): Promise<boolean> {
    const is: ResourceRecord = { ...inState(record, state), atMs: this.#work.now };
    if (policy === "Retain" || state.physicalId === undefined) {
      if (state.physicalId !== undefined) this.#work.say({ ...is, status: "DELETE_SKIPPED" }, true);
      return true;
    }
    this.#work.say({ ...is, status: "DELETE_IN_PROGRESS" }, true);
    const why = await this.#deletion(is, policy);
    if (this.#work.isStopped) return false;
    const end =
      why === undefined ? { status: "DELETE_COMPLETE" } : failed("DELETE_FAILED", why, this.#work.now);
    this.#work.say({ ...is, ...end }, true);
    return why === undefined;
  }

  /** @returns why a resource could not be deleted */
  async #deletion(record: ResourceRecord, policy?: string): Promise<string | undefined> {
    try {
      const type = record.isSkipped ? undefined : await this.#work.type(record.type);
      await this.#work.begin(record.logicalId, "DELETE");
      if (!type) return undefined;
      const isWhole = !/^CREATE_(?:FAILED|IN_PROGRESS)$/.test(record.status);
      const at = {
        ...this.#work.contextOf(record),
        ...(policy === "Snapshot" && isWhole && { finalSnapshot: this.#snapshotName(record.logicalId) }),
      };
      const properties = (await resolved(record.properties, at.call).catch(
        () => record.properties,
      )) as Values;
      await type.delete({ id: record.physicalId!, properties, attributes: record.attributes }, at);
      return undefined;
    } catch (error) {
      if (!(error instanceof AwsError) && !(error instanceof StackFailure) && !this.#work.isStopped)
        this.#work.place.host.log.error(`The resource ${record.logicalId} was not deleted.`, error);
      return handlerMessage(error, record.type);
    }
  }

  /** `stack-snapshot-logicalid-1a2b3c4d5e6f` */
  #snapshotName(logicalId: string): string {
    const suffix = this.#work.place.host.random.string(12, NAME_ALPHABET);
    return madeName(this.#work.stack.name, `snapshot-${logicalId}`, suffix, 255, { lower: true });
  }

  /** A resource without what an operation keeps of what it was before. */
  settled(record: ResourceRecord): ResourceRecord {
    const {
      before: _,
      isReplacement: __,
      discarded: ___,
      ...rest
    } = record as ResourceRecord & { discarded?: unknown };
    return rest;
  }
}

/** Databases that are no others' members: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html */
const defaultPolicy = ({ type, properties }: ResourceRecord): string =>
  type === "AWS::RDS::DBCluster" ||
  (type === "AWS::RDS::DBInstance" && properties["DBClusterIdentifier"] === undefined)
    ? "Snapshot"
    : "Delete";

const isThereAlready = (error: unknown): boolean =>
  error instanceof AwsError && handlerCode(error) === "AlreadyExists";

const customNamed = (name: string) =>
  new StackFailure(
    `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${name} and update the stack again.`,
  );

const cancelled = (verb: string): string =>
  verb === "CREATE" ? "Resource creation cancelled" : "Resource update cancelled";
