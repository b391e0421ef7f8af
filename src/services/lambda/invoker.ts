import { AwsError } from "../../core/aws-error.ts";
import type { Hit, PointSubject } from "../../core/fault.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { Concurrency } from "./concurrency.ts";
import { openEnvironment } from "./environment-key.ts";
import { notActive } from "./errors.ts";
import { RuntimeMissing } from "./execution/bootstraps.ts";
import type { Deployments } from "./execution/deployment.ts";
import type { Fleet } from "./execution/fleet.ts";
import { functionError, type InvocationResult } from "./execution/invocation.ts";
import { type InvocationFaults, initDelay, invocationFaults } from "./faults.ts";
import { functionArn } from "./function-name.ts";
import { FunctionTraces } from "./function-traces.ts";
import { type Found, findVersion, running } from "./lookup.ts";
import { InvocationMetrics } from "./measurement.ts";
import { provisionedFor } from "./provisioned-records.ts";
import type { Readiness } from "./readiness.ts";
import { LATEST, type VersionRecord } from "./records.ts";

/** An event for a function. */
export interface Event {
  readonly payload: Uint8Array;
  readonly requestId: string;
  /** The call that the function's own calls are children of. */
  readonly callId: string;
  /** `X-Amzn-Trace-Id` that came with the call. */
  readonly traceHeader?: string;
  readonly clientContext?: string;
  readonly tenantId?: string;
  readonly tail?: boolean;
  readonly streaming?: boolean;
}

/** How an invocation ended, and which version ran. */
export interface Invoked {
  readonly result: InvocationResult;
  readonly executedVersion: string;
}

export interface InvokerParts {
  readonly host: ServiceHost;
  readonly fleet: Fleet;
  readonly deployments: Deployments;
  readonly concurrency: Concurrency;
  readonly readiness: Readiness;
}

/** The way of an event to the handler and back: version, faults, concurrency, environment. */
export class Invoker {
  readonly #parts: InvokerParts;
  readonly #metrics: InvocationMetrics;
  readonly #traces: FunctionTraces;

  constructor(parts: InvokerParts) {
    this.#parts = parts;
    this.#traces = new FunctionTraces(parts.host);
    this.#metrics = new InvocationMetrics(parts.host);
  }

  /** The version that an invocation gets: an alias with weights draws one. @throws ResourceNotFoundException */
  choose(found: Found): VersionRecord {
    const { version, alias } = findVersion(found);
    if (!alias?.weights) return version;
    let draw = this.#parts.host.random.next();
    for (const [candidate, weight] of Object.entries(alias.weights)) {
      draw -= weight;
      if (draw < 0) return findVersion(found, candidate).version;
    }
    return version;
  }

  /**
   * What rules match on: the ARN with the qualifier that was asked for and with the version that runs. The bare ARN stands
   * for `$LATEST`, as it does in FIS.
   */
  subject(found: Found, version: VersionRecord): PointSubject {
    const base = functionArn(found, found.name);
    const { Version } = version.configuration;
    const qualifiers = new Set([found.qualifier ?? LATEST, Version]);
    const qualified = [...qualifiers].map((qualifier) => `${base}:${qualifier}`);
    return { resource: Version === LATEST ? [base, ...qualified] : qualified, operation: "Invoke" };
  }

  /**
   * Runs one event.
   * @param hits the rules that fired at `lambda:invoke`
   * @throws TooManyRequestsException
   */
  async invoke(found: Found, version: VersionRecord, event: Event, hits: readonly Hit[]): Promise<Invoked> {
    const startedAtMs = this.#parts.host.clock.now();
    try {
      const invoked = await this.#invoke(found, version, event, hits);
      this.#metrics.ran(found, startedAtMs, invoked.result);
      return invoked;
    } catch (error) {
      if (error instanceof AwsError && error.code === "TooManyRequestsException")
        this.#metrics.throttled(found, startedAtMs);
      throw error;
    }
  }

  async #invoke(found: Found, version: VersionRecord, event: Event, hits: readonly Hit[]): Promise<Invoked> {
    const executedVersion = version.configuration.Version;
    const { name, store, record } = found;
    const reserved = record.reservedConcurrency;
    const isProvisioned =
      reserved !== undefined && provisionedFor(store, name, executedVersion) !== undefined;
    const leave = this.#parts.concurrency.enter(found, name, reserved, isProvisioned);
    try {
      const faults = invocationFaults(hits);
      if (faults.instead) {
        const result = await this.#withoutHandler(faults.instead, faults.bend);
        leave();
        return { result, executedVersion };
      }
      await this.#parts.readiness.settled(found, found.name, executedVersion);
      const current = findVersion(found, executedVersion).version;
      const { State } = current.configuration;
      if (State === "Pending" || State === "Failed") throw notActive(State);
      const result = await this.#run(found, { ...current, ...running(current) }, event, faults);
      if (result.kind === "stream") result.end.finally(leave);
      else leave();
      return { result: faults.afterwards ?? result, executedVersion };
    } catch (error) {
      leave();
      throw error;
    }
  }

  async #withoutHandler(
    instead: InvocationResult,
    { startDelayMs }: InvocationFaults["bend"],
  ): Promise<InvocationResult> {
    if (startDelayMs) await this.#parts.host.clock.sleep(startDelayMs);
    return instead;
  }

  /** A function that never had its timeout set seldom means 3 seconds. */
  #explain({ configuration }: VersionRecord): void {
    const { FunctionName, Timeout } = configuration;
    if (Timeout !== DEFAULT_TIMEOUT_SECONDS) return;
    this.#parts.host.log.warn(
      `${FunctionName} timed out after ${Timeout} seconds, Lambda's default. An AWS SDK that retries a failing service can need longer: set Timeout.`,
    );
  }

  async #run(
    found: Found,
    version: VersionRecord,
    event: Event,
    faults: InvocationFaults,
  ): Promise<InvocationResult> {
    const { host, deployments, fleet } = this.#parts;
    if (version.configuration.KMSKeyArn !== undefined) await openEnvironment(found, version, event, host);
    const subject = this.subject(found, version);
    const deployment = deployments.of(found, version, () =>
      initDelay(host.hits("lambda:init", subject, found)),
    );
    const trace = this.#traces.begin(found, version, event);
    try {
      const result = await fleet.invoke(
        deployment,
        {
          requestId: event.requestId,
          payload: event.payload,
          invokedFunctionArn: functionArn(found, found.name, found.qualifier),
          traceId: trace.header,
          ...(event.clientContext && { clientContext: event.clientContext }),
          ...(event.tenantId && { tenantId: event.tenantId }),
          tail: event.tail ?? false,
          streaming: event.streaming ?? false,
        },
        faults.bend,
      );
      if (result.kind === "error" && result.errorType === "Sandbox.Timedout") this.#explain(version);
      trace.end(result);
      return result;
    } catch (error) {
      // What keeps an environment from being made is the function's failure, said in full.
      if (error instanceof RuntimeMissing) return functionError("Runtime.NotInstalled", error.message);
      if (error instanceof AwsError) return functionError(error.code, error.message);
      throw error;
    }
  }
}

/** What AWS's default of 3 seconds is often too short for. */
const DEFAULT_TIMEOUT_SECONDS = 3;
