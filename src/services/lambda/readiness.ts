import type { ServiceHost } from "../../core/service.ts";
import type * as LambdaApi from "../../models/generated/lambda.ts";
import { notActive, updateInProgress } from "./errors.ts";
import { RuntimeMissing } from "./execution/bootstraps.ts";
import { type Deployments, deploymentKey } from "./execution/deployment.ts";
import type { Scope } from "./function-name.ts";
import { putVersion } from "./lookup.ts";
import { LATEST, type VersionRecord, versionKey, versions } from "./records.ts";

/** The way of a version from Pending to Active, and of an update from InProgress to Successful. */
export class Readiness {
  readonly #host: ServiceHost;
  readonly #deployments: Deployments;
  readonly #underWay = new Map<string, Promise<void>>();
  #isStopped = false;

  constructor(host: ServiceHost, deployments: Deployments) {
    this.#host = host;
    this.#deployments = deployments;
  }

  /** Starts to make a stored version ready. With LAMBDA_SYNCHRONOUS_CREATE it resolves when it is. */
  async begin(scope: Scope, record: VersionRecord): Promise<void> {
    const key = deploymentKey(scope, record.configuration.FunctionName, record.configuration.Version);
    const done = this.#prepare(scope, record).finally(() => {
      if (this.#underWay.get(key) === done) this.#underWay.delete(key);
    });
    this.#underWay.set(key, done);
    if (this.#host.setting<boolean>("synchronous-create")) await done;
  }

  /** Resolves when nothing is under way for a version: an invocation does not have to wait for it by itself. */
  async settled(scope: Scope, name: string, version: string): Promise<void> {
    await this.#underWay.get(deploymentKey(scope, name, version));
  }

  /**
   * Before a version is told about. The waiters of SDKs ask at once, and again only after one to five seconds: what
   * takes milliseconds here is over when they first ask, unless Squall is strict.
   */
  async beforeReading(scope: Scope, name: string, version: string): Promise<void> {
    if (!this.#host.strict) await this.settled(scope, name, version);
  }

  /**
   * Before `$LATEST` is changed: AWS refuses while it is being created or updated. Here it takes milliseconds, so a
   * script that does not wait gets what it wants, unless Squall is strict.
   */
  async beforeChange(scope: Scope, name: string): Promise<void> {
    const key = deploymentKey(scope, name, LATEST);
    if (!this.#underWay.has(key)) return;
    if (!this.#host.strict) return this.#underWay.get(key);
    const record = this.#host
      .store(scope.account, scope.region)
      .collection(versions)
      .get(versionKey(name, LATEST));
    if (record?.configuration.State === "Pending") throw notActive("Pending");
    throw updateInProgress(record?.configuration.FunctionArn ?? name);
  }

  /** What an earlier process did not finish. */
  resume(): void {
    for (const scope of this.#host.scopes()) {
      for (const record of this.#host.store(scope.account, scope.region).collection(versions).values()) {
        const { State, LastUpdateStatus } = record.configuration;
        if (State === "Pending" || LastUpdateStatus === "InProgress") void this.begin(scope, record);
      }
    }
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#underWay.values());
  }

  async #prepare(scope: Scope, record: VersionRecord): Promise<void> {
    // An answer says Pending first, as AWS's does.
    await new Promise((resolve) => setImmediate(resolve));
    let failure: Partial<LambdaApi.FunctionConfiguration> | undefined;
    try {
      await this.#deployments.prepare(record);
    } catch (error) {
      if (error instanceof RuntimeMissing)
        this.#host.log.warn(`${record.configuration.FunctionName}: ${error.message}`);
      else
        failure = {
          LastUpdateStatusReason: String(error),
          LastUpdateStatusReasonCode: "InvalidZipFileException",
        };
    }
    if (this.#isStopped) return;
    const store = this.#host.store(scope.account, scope.region);
    const { FunctionName, Version, RevisionId } = record.configuration;
    const current = store.collection(versions).get(versionKey(FunctionName, Version));
    // Deleted, or replaced, in the meantime.
    if (current?.configuration.RevisionId !== RevisionId) return;
    const {
      StateReason: _1,
      StateReasonCode: _2,
      LastUpdateStatusReason: _3,
      LastUpdateStatusReasonCode: _4,
      ...configuration
    } = current.configuration;
    putVersion(store, {
      ...current,
      configuration: {
        ...configuration,
        RevisionId: this.#host.random.uuid(),
        State: "Active",
        LastUpdateStatus: failure ? "Failed" : "Successful",
        ...failure,
      } as VersionRecord["configuration"],
    });
  }
}
