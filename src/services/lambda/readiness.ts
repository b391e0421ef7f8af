import { begin, type Transition, whenOver } from "../../aws/lifecycle.ts";
import type { ServiceHost } from "../../core/service.ts";
import type * as LambdaApi from "../../models/generated/lambda.ts";
import type { CodeStore } from "./code-store.ts";
import { notActive, updateInProgress } from "./errors.ts";
import { RuntimeMissing } from "./execution/bootstraps.ts";
import { type Deployments, deploymentKey } from "./execution/deployment.ts";
import type { Scope } from "./function-name.ts";
import { functionLifecycle } from "./lifecycles.ts";
import { putVersion } from "./lookup.ts";
import { LATEST, type VersionRecord, versionKey, versions } from "./records.ts";

const KEEP_AGAIN_MS = 1000;

interface UnderWay {
  readonly done: Promise<void>;
  /** It takes as long as on AWS, or as a rule wants it to: nobody waits for it by itself. */
  readonly lasts: boolean;
}

/** The way of a version from Pending to Active, and of an update from InProgress to Successful. */
export class Readiness {
  readonly #host: ServiceHost;
  readonly #deployments: Deployments;
  readonly #code: CodeStore;
  readonly #underWay = new Map<string, UnderWay>();
  readonly #stopped = new AbortController();

  constructor(host: ServiceHost, deployments: Deployments, code: CodeStore) {
    this.#host = host;
    this.#deployments = deployments;
    this.#code = code;
  }

  /** Starts to make a stored version ready. With LAMBDA_SYNCHRONOUS_CREATE it resolves when it is. */
  async begin(scope: Scope, record: VersionRecord): Promise<void> {
    const key = deploymentKey(scope, record.configuration.FunctionName, record.configuration.Version);
    const { State, FunctionArn } = record.configuration;
    const place = { account: scope.account, region: scope.region };
    const stage = State === "Pending" ? "Pending" : "InProgress";
    const transition = begin(functionLifecycle, stage, FunctionArn, place, this.#host);
    const done = this.#prepare(scope, record, transition).finally(() => {
      if (this.#underWay.get(key)?.done === done) this.#underWay.delete(key);
    });
    this.#underWay.set(key, { done, lasts: transition !== undefined });
    if (this.#host.setting<boolean>("synchronous-create")) await done;
  }

  /** Resolves when nothing is under way for a version that is soon over: an invocation does not have to wait for it by itself. */
  async settled(scope: Scope, name: string, version: string): Promise<void> {
    const underWay = this.#underWay.get(deploymentKey(scope, name, version));
    if (underWay && !underWay.lasts) await underWay.done;
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
   * script that does not wait gets what it wants, unless Squall is strict, or it lasts (real timings, a rule that holds it).
   */
  async beforeChange(scope: Scope, name: string): Promise<void> {
    const key = deploymentKey(scope, name, LATEST);
    const underWay = this.#underWay.get(key);
    if (!underWay) return;
    if (!this.#host.strict && !underWay.lasts) return underWay.done;
    const record = this.#latestOf(scope, name);
    if (record?.configuration.State === "Pending") throw notActive("Pending");
    throw updateInProgress(record?.configuration.FunctionArn ?? name);
  }

  /** Before a function is tagged: AWS refuses while an update lasts. @throws ResourceConflictException */
  checkTaggable(scope: Scope, name: string): void {
    if (!this.#underWay.get(deploymentKey(scope, name, LATEST))?.lasts) return;
    const { State, FunctionArn } = this.#latestOf(scope, name)?.configuration ?? {};
    if (State !== "Pending") throw updateInProgress(FunctionArn ?? name);
  }

  /** What an earlier process did not finish. */
  resume(): void {
    for (const scope of this.#host.scopes()) {
      for (const record of this.#host.store(scope.account, scope.region).collection(versions).values()) {
        if (isUnderWay(record)) void this.begin(scope, record);
      }
    }
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(Array.from(this.#underWay.values(), ({ done }) => done));
  }

  #latestOf({ account, region }: Scope, name: string): VersionRecord | undefined {
    return this.#host.store(account, region).collection(versions).get(versionKey(name, LATEST));
  }

  async #prepare(
    scope: Scope,
    record: VersionRecord,
    transition: Transition<"Pending" | "InProgress"> | undefined,
  ): Promise<void> {
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
    const reason = await whenOver(transition, this.#host, this.#stopped.signal);
    if (this.#stopped.signal.aborted) return;
    if (reason !== undefined)
      failure =
        transition?.status === "Pending"
          ? { State: "Failed", StateReason: reason, StateReasonCode: "InternalError" }
          : { LastUpdateStatusReason: reason, LastUpdateStatusReasonCode: "InternalError" };
    await this.#keep(scope, record, failure);
  }

  /** Keeps how it ended, again until it is kept: a disk that was full must not leave a function Pending for good. */
  async #keep(
    scope: Scope,
    record: VersionRecord,
    failure: Partial<LambdaApi.FunctionConfiguration> | undefined,
  ): Promise<void> {
    for (;;) {
      try {
        this.#end(scope, record, failure);
      } catch (error) {
        const { FunctionName } = record.configuration;
        this.#host.log.error(`What has become of the function ${FunctionName} could not be noted.`, error);
      }
      await this.#host.blobs.unsettled();
      if (!this.#currentOf(scope, record)) return;
      await this.#host.clock.sleep(KEEP_AGAIN_MS, this.#stopped.signal).catch(() => {});
      if (this.#stopped.signal.aborted) return;
    }
  }

  #currentOf(
    { account, region }: Scope,
    { configuration, change }: VersionRecord,
  ): VersionRecord | undefined {
    const { FunctionName, Version } = configuration;
    const key = versionKey(FunctionName, Version);
    const current = this.#host.store(account, region).collection(versions).get(key);
    // Deleted, or replaced, in the meantime.
    return current && isUnderWay(current) && current.change?.id === change?.id ? current : undefined;
  }

  #end(
    scope: Scope,
    record: VersionRecord,
    failure: Partial<LambdaApi.FunctionConfiguration> | undefined,
  ): void {
    const current = this.#currentOf(scope, record);
    if (!current) return;
    const { change, ...settled } = current;
    const {
      StateReason: _1,
      StateReasonCode: _2,
      LastUpdateStatusReason: _3,
      LastUpdateStatusReasonCode: _4,
      ...configuration
    } = settled.configuration;
    const hasFailed = failure !== undefined;
    putVersion(this.#host.store(scope.account, scope.region), {
      ...settled,
      // What was there before an update that failed still runs.
      ...(hasFailed && change?.from && { change }),
      configuration: {
        ...configuration,
        RevisionId: this.#host.random.uuid(),
        State: "Active",
        LastUpdateStatus: hasFailed ? "Failed" : "Successful",
        ...failure,
      } as VersionRecord["configuration"],
    });
    // Who looks for what is not used any more walks all functions: only when something may be.
    if (!hasFailed && change?.from && archivesOf(change.from) !== archivesOf(current))
      this.#code.release(change.from);
  }
}

/** What of the code store it runs on, to compare. */
const archivesOf = ({ code, configuration }: Pick<VersionRecord, "code" | "configuration">): string =>
  JSON.stringify([code, configuration.Layers]);

const isUnderWay = ({ configuration: { State, LastUpdateStatus } }: VersionRecord): boolean =>
  State === "Pending" || LastUpdateStatus === "InProgress";
