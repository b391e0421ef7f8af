import { templateOf } from "./blueprint-template.ts";
import type { StackPlace } from "./events.ts";
import { changeStack } from "./events.ts";
import { exportOutputs, outputsOf } from "./outputs.ts";
import { failed, inOrder, isWanted } from "./resource-state.ts";
import { ResourceWork, type WithDiscarded } from "./resource-work.ts";
import type { Signals } from "./signals.ts";
import {
  type Blueprint,
  type Operation,
  type ResourceRecord,
  resourceRecords,
  resourcesOf,
  type StackOutput,
  type StackRecord,
} from "./stack.ts";
import { reasonOf } from "./stack-failure.ts";
import { stackPolicyRefusal } from "./stack-policy.ts";
import { StackWork } from "./stack-work.ts";
import { type Surroundings, scopeOf } from "./surroundings.ts";
import type { Scope } from "./template/functions.ts";
import { dependenciesOf, type Template } from "./template/template.ts";

/** One operation on one stack, from where it is to its end. Everything that it has done is in the store, so that it can be begun again. */
export class Deployment {
  readonly #work: StackWork;
  readonly #resources: ResourceWork;
  #failedVerb = "create";

  constructor(stackId: string, place: StackPlace, signals: Signals, waits: () => void) {
    this.#work = new StackWork(stackId, place, signals, waits);
    this.#resources = new ResourceWork(this.#work);
  }

  /** Ends it where it stands: the process ends, or everything has been replaced. */
  stop(): void {
    this.#work.stop();
  }

  /** Makes it fail: its user does not want it any more, or its time is over. */
  cancel(reason: string): void {
    this.#work.cancel(reason);
  }

  /** Has it been ended by the store, which could not keep something? */
  get isBroken(): boolean {
    return this.#work.isBroken;
  }

  /** Carries the operation out. Never rejects but for a bug. */
  async run(): Promise<void> {
    while (!this.#work.isOver) {
      const { operation } = this.#work.stack;
      if (!operation) return;
      if (operation.phase === "deploy") await this.#deploy(operation);
      else if (operation.phase === "cleanup") await this.#cleanUp(operation);
      else if (operation.phase === "rollback") await this.#rollBack(operation);
      else if (operation.phase === "rollback-cleanup") await this.#cleanUpRollback(operation);
      else await this.#delete(operation);
    }
  }

  async #deploy(operation: Operation): Promise<void> {
    const stack = this.#work.stack;
    const to = operation.to!;
    const template = templateOf(to);
    const imports = new Set<string>();
    const scope = scopeOf(
      template,
      to.parameters,
      this.#surroundings(stack, to),
      (id) => {
        const record = this.#work.record(id);
        return record && record.status !== "DELETE_COMPLETE" ? record : undefined;
      },
      { imported: (name) => imports.add(name) },
    );
    this.#failedVerb = operation.kind;
    if (operation.cancelled !== undefined) this.cancel(operation.cancelled);
    this.#refuseForbiddenDeletions(template, scope, operation);
    const timer =
      operation.deadlineMs === undefined
        ? undefined
        : this.#work.place.host.clock.setTimer(operation.deadlineMs - this.#work.place.host.clock.now(), () =>
            this.cancel("Stack creation time exceeded the specified timeout"),
          );
    const done = await this.#all(template, scope, operation);
    timer?.cancel();
    if (this.#work.isOver) return;
    let outputs: Record<string, StackOutput> = {};
    if (done) {
      try {
        outputs = outputsOf(template, scope, stack, this.#work.place);
      } catch (error) {
        this.#work.stackFailure ??= reasonOf(error);
      }
    }
    if (!done || this.#work.stackFailure !== undefined) {
      this.#fail(operation);
      return;
    }
    this.#work.write(() => {
      exportOutputs(outputs, this.#work.stack, this.#work.place);
      const reached = { blueprint: to, outputs, imports: [...imports] };
      if (operation.kind === "create")
        this.#work.settle({ ...reached, status: operation.imports ? "IMPORT_COMPLETE" : "CREATE_COMPLETE" });
      else
        changeStack(
          stack.id,
          {
            ...reached,
            // An import has nothing to clean up, and does not say so.
            ...(!operation.imports && { status: "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" }),
            operation: { ...operation, phase: "cleanup" },
          },
          this.#work.place,
        );
    });
  }

  #surroundings({ id, name }: StackRecord, blueprint: Blueprint): Surroundings {
    const { account, region, store } = this.#work.place;
    return {
      account,
      region,
      store,
      stackId: id,
      stackName: name,
      notificationArns: blueprint.notificationArns,
    };
  }

  /** What the template has no more goes last, but whether it may is known first. */
  #refuseForbiddenDeletions(template: Template, scope: Scope, operation: Operation): void {
    const policy = operation.policyDuringUpdate ?? this.#work.stack.policy;
    if (operation.kind !== "update" || policy === undefined) return;
    const refused = resourcesOf(this.#work.stackId, this.#work.place).filter(
      ({ logicalId, type, physicalId }) => {
        const declared = template.resources[logicalId];
        const goes = physicalId !== undefined && !(declared && isWanted(declared, scope));
        return goes && stackPolicyRefusal(policy, logicalId, type, "Update:Delete") !== undefined;
      },
    );
    for (const record of refused)
      this.#work.say({
        ...record,
        ...failed("UPDATE_FAILED", "Action denied by stack policy", this.#work.now),
      });
    if (refused.length > 0)
      this.#work.stackFailure = `The following resource(s) failed to update: [${refused.map(({ logicalId }) => logicalId).join(", ")}]`;
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
        if (all.includes(false)) return false;
        await this.#work.turn();
        if (this.#work.isFailing) return false;
        return this.#resources.bring(id, ids[id]!, on, scope, operation);
      })();
      making.set(id, promise);
      return promise;
    };
    const all = await ended(Object.keys(ids).map((id) => make(id)));
    return !all.includes(false);
  }

  #fail(operation: Operation): void {
    const reason =
      this.#work.stackFailure !== undefined
        ? `${this.#work.stackFailure}. `
        : `The following resource(s) failed to ${this.#failedVerb === "create" ? "create" : "update"}: [${this.#work.failed.join(", ")}]. `;
    if (operation.imports) {
      this.#work.go("IMPORT_ROLLBACK_IN_PROGRESS", reason, { ...operation, phase: "rollback" });
      return;
    }
    if (operation.kind === "create") {
      if (operation.onFailure === "DO_NOTHING") this.#work.settle({ status: "CREATE_FAILED" }, reason);
      else if (operation.onFailure === "DELETE")
        this.#work.go("DELETE_IN_PROGRESS", `${reason}Delete requested by user.`, {
          ...operation,
          kind: "delete",
          phase: "delete",
        });
      else
        this.#work.go("ROLLBACK_IN_PROGRESS", `${reason}Rollback requested by user.`, {
          ...operation,
          phase: "rollback",
        });
      return;
    }
    const reasons = this.#work.stackFailure === undefined ? this.#failedReasons() : reason;
    if (operation.onFailure === "DO_NOTHING") this.#work.settle({ status: "UPDATE_FAILED" }, reasons);
    else this.#work.go("UPDATE_ROLLBACK_IN_PROGRESS", reasons, { ...operation, phase: "rollback" });
  }

  #failedReasons(): string {
    const of = (status: string) =>
      this.#work.failed.filter((id) => this.#work.record(id)?.status === status).join(", ");
    const [made, changed] = [of("CREATE_FAILED"), of("UPDATE_FAILED")];
    return `${made && `The following resource(s) failed to create: [${made}]. `}${changed && `The following resource(s) failed to update: [${changed}]. `}`;
  }

  /** What an update has left over: replaced resources, and those that the template has no more. */
  async #cleanUp(operation: Operation): Promise<void> {
    const template = templateOf(operation.to!);
    const scope = scopeOf(
      template,
      operation.to!.parameters,
      this.#surroundings(this.#work.stack, operation.to!),
      (id) => this.#work.record(id),
    );
    const isKept = (id: string) =>
      template.resources[id] !== undefined && isWanted(template.resources[id], scope);
    const records = resourcesOf(this.#work.stackId, this.#work.place);
    const gone = records.filter(({ logicalId }) => !isKept(logicalId));
    let complete = await this.#inReverse(gone, (record) => this.#resources.delete(record, operation, true));
    for (const record of records.filter(({ logicalId }) => isKept(logicalId))) {
      if (this.#work.isOver) return;
      const { before, isReplacement, ...rest } = record;
      if (
        isReplacement &&
        before !== undefined &&
        before !== "new" &&
        before.physicalId !== record.physicalId
      )
        complete = (await this.#resources.discard(record, before, before.updateReplacePolicy)) && complete;
      this.#work.put(this.#resources.settled(rest));
    }
    if (this.#work.isOver) return;
    this.#work.settle(
      { status: operation.imports ? "IMPORT_COMPLETE" : "UPDATE_COMPLETE" },
      complete ? undefined : "One or more resources could not be deleted.",
    );
  }

  async #rollBack(operation: Operation): Promise<void> {
    if (operation.imports) {
      this.#leaveImports();
      return;
    }
    if (operation.kind === "create") {
      const records = resourcesOf(this.#work.stackId, this.#work.place).filter(
        ({ status }) => status !== "DELETE_COMPLETE",
      );
      const complete = await this.#inReverse(records, (record) =>
        this.#resources.delete(record, operation, false, operation.retainExceptOnCreate),
      );
      if (this.#work.isOver) return;
      if (complete) this.#work.settle({ status: "ROLLBACK_COMPLETE", outputs: {} });
      else this.#work.settle({ status: "ROLLBACK_FAILED" }, this.#notDeleted());
      return;
    }
    const changed = resourcesOf(this.#work.stackId, this.#work.place).filter(
      (record) => record.before !== undefined && record.before !== "new",
    );
    const failures: string[] = [];
    for (const record of inOrder(changed)) {
      if (this.#work.isOver) return;
      if (operation.skip?.includes(record.logicalId)) {
        this.#work.put({
          ...this.#resources.settled(record),
          status: "UPDATE_COMPLETE",
          atMs: this.#work.now,
        });
        continue;
      }
      if (!(await this.#resources.restore(record, operation))) failures.push(record.logicalId);
    }
    if (this.#work.isOver) return;
    if (failures.length > 0)
      this.#work.settle(
        { status: "UPDATE_ROLLBACK_FAILED" },
        `The following resource(s) failed to update: [${failures.join(", ")}]. `,
      );
    else
      this.#work.go("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", undefined, {
        ...operation,
        phase: "rollback-cleanup",
      });
  }

  /** What was to be imported is left as it is, whatever its template says of its deletion: it was there before. */
  #leaveImports(): void {
    this.#work.write(() => {
      const records = this.#work.place.store.collection(resourceRecords);
      for (const record of resourcesOf(this.#work.stackId, this.#work.place))
        if (record.status.startsWith("IMPORT_")) records.delete([record.stackId, record.logicalId]);
        else this.#work.put(this.#resources.settled(record));
      this.#work.settle({ status: "IMPORT_ROLLBACK_COMPLETE" });
    });
  }

  async #cleanUpRollback(operation: Operation): Promise<void> {
    const records = resourcesOf(this.#work.stackId, this.#work.place) as WithDiscarded[];
    const made = records.filter(({ before }) => before === "new");
    let complete = await this.#inReverse(made, (record) =>
      this.#resources.delete(record, operation, true, true),
    );
    for (const record of records) {
      if (this.#work.isOver) return;
      if (record.discarded)
        complete = (await this.#resources.discard(record, record.discarded, undefined)) && complete;
      if (record.before !== "new") this.#work.put(this.#resources.settled(record));
    }
    if (this.#work.isOver) return;
    this.#work.settle(
      { status: "UPDATE_ROLLBACK_COMPLETE" },
      complete ? undefined : "One or more resources could not be deleted.",
    );
  }

  async #delete(operation: Operation): Promise<void> {
    const records = resourcesOf(this.#work.stackId, this.#work.place).filter(
      ({ status }) => status !== "DELETE_COMPLETE" && status !== "DELETE_SKIPPED",
    );
    const complete = await this.#inReverse(records, (record) =>
      this.#resources.delete(record, operation, false),
    );
    if (this.#work.isOver) return;
    if (!complete) {
      this.#work.settle({ status: "DELETE_FAILED" }, this.#notDeleted());
      return;
    }
    this.#work.write(() => {
      exportOutputs({}, this.#work.stack, this.#work.place);
      this.#work.settle({ status: "DELETE_COMPLETE", deletedMs: this.#work.now, imports: [] });
    });
  }

  #notDeleted(): string {
    const ids = resourcesOf(this.#work.stackId, this.#work.place).filter(
      ({ status }) => status === "DELETE_FAILED",
    );
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
        if (all.includes(false)) return false;
        await this.#work.turn();
        if (this.#work.isOver) return false;
        return work(record);
      })();
      doing.set(record.logicalId, promise);
      return promise;
    };
    const all = await ended(records.map(act));
    return !all.includes(false);
  }
}

/** What has come of all of them. @throws the first failure, when none of them goes on */
async function ended<T>(all: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(all);
  return Promise.all(all);
}
