import { rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../../core/clock.ts";
import { sure } from "../../../core/sure.ts";
import { setDeadline } from "./deadline.ts";
import { EnvironmentLog } from "./environment-log.ts";
import type { Bend, EnvironmentPlan } from "./environment-plan.ts";
import { Extensions } from "./extensions.ts";
import { InFlight, type Status } from "./in-flight.ts";
import { type InitOutcome, initErrorType } from "./init-outcome.ts";
import {
  exited,
  type FunctionError,
  type Invocation,
  type InvocationResult,
  timedOut,
  timeoutText,
} from "./invocation.ts";
import { MemoryWatch } from "./memory.ts";
import { RuntimeApi, type RuntimeRequests, sendInvocation } from "./runtime-api.ts";
import { readResponse } from "./runtime-response.ts";
import { Sandbox } from "./sandbox.ts";
import { Telemetry } from "./telemetry.ts";

/** What the pool hears. */
export interface EnvironmentEvents {
  /** Ready for another invocation. */
  idle(environment: Environment): void;
  /** Gone for good. */
  stopped(environment: Environment): void;
}

const SHUTDOWN_MS = 2000;

/**
 * One execution environment: a runtime's process with its Runtime API, used by one invocation at a time
 * (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html).
 */
export class Environment {
  readonly plan: EnvironmentPlan;
  /** When it was last used, by the real clock of the process. */
  lastUsedMs = 0;
  readonly #clock: Clock;
  readonly #events: EnvironmentEvents;
  readonly #api: RuntimeApi;
  readonly #telemetry = new Telemetry();
  readonly #memory = new MemoryWatch();
  readonly #log: EnvironmentLog;
  readonly #sandbox: Sandbox;
  #extensions: Extensions;
  #address = "";
  #next: ServerResponse | undefined;
  #init: ((outcome: InitOutcome) => void) | undefined;
  #running: InFlight | undefined;
  /** The invocation whose response a fault keeps back. */
  #held: InFlight | undefined;
  #isReady = false;
  #isStopped = false;
  #initDurationMs: number | undefined;

  constructor(plan: EnvironmentPlan, clock: Clock, events: EnvironmentEvents) {
    this.plan = plan;
    this.#clock = clock;
    this.#events = events;
    this.#log = new EnvironmentLog(
      plan.log,
      this.#telemetry,
      {
        format: plan.logFormat,
        version: plan.version,
        memorySizeMB: plan.memorySizeMB,
        ...(plan.toKnown && { toKnown: plan.toKnown }),
      },
      () => clock.now(),
    );
    this.#sandbox = new Sandbox(this.#log, (how) => this.#exited(how));
    this.#extensions = this.#newExtensions(0);
    this.#api = new RuntimeApi(this.#runtimeRequests());
  }

  /** True when the caller has its answer and the runtime has yet to ask for more. */
  get isFinishing(): boolean {
    return !this.#isStopped && this.#running?.outcome !== undefined;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** The init phase, ahead of any invocation. What fails is tried again by the first invocation. */
  async initialize(): Promise<InitOutcome> {
    const startedAt = performance.now();
    if (this.plan.initDelayMs) await this.#clock.sleep(this.plan.initDelayMs);
    this.#log.initStart(this.plan.initializationType, this.plan.runtime);
    const outcome = await this.#start(this.plan.initTimeoutMs);
    const durationMs = performance.now() - startedAt;
    this.#log.initReport(
      durationMs,
      "init",
      outcome.kind === "ready" ? "success" : outcome.kind === "timeout" ? "timeout" : "error",
      initErrorType(outcome),
    );
    if (outcome.kind === "ready") {
      this.#isReady = true;
      this.#initDurationMs = durationMs;
    }
    return outcome;
  }

  /** Runs one invocation. The environment must be new or idle. Never rejects: what goes wrong is a function error. */
  async invoke(invocation: Invocation, bend: Bend = {}): Promise<InvocationResult> {
    let remainingMs = this.plan.timeoutMs;
    if (!this.#isReady) {
      const first = await this.initialize();
      if (first.kind !== "ready") {
        // AWS tries the init phase once more, now within the function's timeout.
        const startedAt = performance.now();
        const second = first.kind === "error" ? first : await this.#start(remainingMs);
        const durationMs = performance.now() - startedAt;
        if (second.kind !== "ready") return this.#failInit(invocation, second, durationMs);
        this.#isReady = true;
        remainingMs -= durationMs;
      }
    }
    return this.#run(invocation, remainingMs, bend);
  }

  /** Ends it: extensions get their SHUTDOWN, then everything is killed. */
  async stop(reason: "spindown" | "timeout" | "failure" = "spindown"): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#memory.stop();
    const { runtime } = this.#sandbox;
    if (this.#extensions.count > 0 && runtime) {
      this.#extensions.send({
        eventType: "SHUTDOWN",
        shutdownReason: reason,
        deadlineMs: Date.now() + SHUTDOWN_MS,
      });
      if (reason === "spindown") runtime.signal("SIGTERM");
      else runtime.kill();
      await Promise.race([
        this.#sandbox.extensionsEnded(),
        new Promise((resolve) => setTimeout(resolve, SHUTDOWN_MS).unref()),
      ]);
    }
    this.#kill();
    await this.#telemetry.flush();
    this.#api.close();
    if (this.plan.temporary) await rm(this.plan.temporary, { recursive: true, force: true }).catch(() => {});
    this.#events.stopped(this);
  }

  /** Ends it at once, as a crash does. */
  kill(): void {
    this.#sandbox.runtime?.kill();
  }

  #newExtensions(expected: number): Extensions {
    const { functionName, version, handler, account } = this.plan;
    return new Extensions(
      expected,
      { functionName, functionVersion: version, handler, accountId: account },
      this.#telemetry,
    );
  }

  #kill(): void {
    this.#sandbox.kill();
    this.#next = undefined;
  }

  /** Starts the processes and waits until the runtime asks for its first invocation. */
  async #start(limitMs: number): Promise<InitOutcome> {
    this.#kill();
    this.#address ||= await this.#api.listen();
    if (this.#isStopped) return { kind: "exit", how: "with error: signal: killed" };
    const outcome = new Promise<InitOutcome>((resolve) => {
      this.#init = resolve;
    });
    const deadline = setDeadline(this.#clock, limitMs, () => this.#init?.({ kind: "timeout" }));
    const extensions = this.plan.extensions(this.#address);
    this.#extensions = this.#newExtensions(extensions.length);
    const runtime = this.#sandbox.start(this.plan.command(this.#address), extensions);
    const result = await outcome;
    this.#init = undefined;
    deadline.cancel();
    if (result.kind === "ready") this.#memory.watch(runtime, this.plan.memoryLimitMB);
    else runtime.kill();
    return result;
  }

  #failInit(invocation: Invocation, outcome: InitOutcome, durationMs: number): InvocationResult {
    this.#log.start(invocation.requestId);
    const error = this.#initError(invocation, outcome);
    this.#log.end({
      requestId: invocation.requestId,
      durationMs,
      status: outcome.kind === "timeout" ? "timeout" : "failure",
      errorType: error.errorType,
    });
    void this.stop("failure");
    return invocation.tail ? { ...error, logTail: this.#log.tail() } : error;
  }

  #initError({ requestId }: Invocation, outcome: InitOutcome): FunctionError {
    switch (outcome.kind) {
      case "error":
        return {
          kind: "error",
          functionError: "Unhandled",
          errorType: outcome.errorType,
          payload: outcome.payload,
        };
      case "exit":
        this.#log.note(`RequestId: ${requestId} Error: Runtime exited ${outcome.how}\nRuntime.ExitError`);
        return exited(requestId, outcome.how);
      default:
        this.#noteTimeout(requestId);
        return timedOut(requestId, this.plan.timeoutMs);
    }
  }

  #noteTimeout(requestId: string): void {
    const at = new Date(this.#clock.now()).toISOString();
    this.#log.note(`${at} ${requestId} ${timeoutText(this.plan.timeoutMs)}\n`);
  }

  #run(invocation: Invocation, limitMs: number, bend: Bend): Promise<InvocationResult> {
    return new Promise((settle) => {
      this.#log.start(invocation.requestId);
      const isOnDemand = this.plan.initializationType === "on-demand";
      const running = new InFlight(invocation, settle, isOnDemand ? this.#initDurationMs : undefined);
      running.deadline = setDeadline(this.#clock, limitMs, () => this.#timeOut(running));
      this.#initDurationMs = undefined;
      this.#running = running;
      if (!this.#next) return this.#exited("with error: signal: killed");
      const deadlineMs = Date.now() + limitMs;
      const begin = () => {
        if (this.#running !== running || running.outcome || !this.#next) return;
        this.#extensions.send({
          eventType: "INVOKE",
          deadlineMs,
          requestId: invocation.requestId,
          invokedFunctionArn: invocation.invokedFunctionArn,
          tracing: { type: "X-Amzn-Trace-Id", value: invocation.traceId },
        });
        sendInvocation(this.#next, invocation, deadlineMs);
        this.#next = undefined;
        if (bend.crashAfterMs === 0) this.kill();
        else if (bend.crashAfterMs) setDeadline(this.#clock, bend.crashAfterMs, () => this.kill());
      };
      if (bend.holdResponse || bend.crashAfterMs !== undefined) this.#held = running;
      if (bend.startDelayMs) setDeadline(this.#clock, bend.startDelayMs, begin);
      else begin();
    });
  }

  /** The caller gets its answer; the environment is busy until the runtime asks for more. */
  #settle(running: InFlight, result: InvocationResult, status: Status): void {
    if (running.outcome || (this.#held === running && status !== "timeout" && status !== "failure")) return;
    const { durationMs } = running.conclude(result, status);
    // Answered: a clock that is moved now ends nothing. A runtime that does not ask for more has what is left of its time.
    running.deadline.cancel();
    const restMs = Math.max(0, this.plan.timeoutMs - durationMs);
    const rest = setTimeout(() => this.#timeOut(running), restMs).unref();
    running.deadline = { cancel: () => clearTimeout(rest) };
    if (!running.invocation.tail) {
      running.answer(result);
      return;
    }
    // What the function has written is in its pipes by now: two turns of the loop bring it here.
    setImmediate(() =>
      setImmediate(() => {
        this.#endLog(running);
        running.answer({ ...result, logTail: this.#log.tail() });
      }),
    );
  }

  #endLog(running: InFlight): void {
    if (running.isLogged) return;
    running.isLogged = true;
    this.#sandbox.runtime?.flush();
    this.#log.end({
      requestId: running.invocation.requestId,
      ...sure(running.outcome),
      ...(running.initDurationMs !== undefined && { initDurationMs: running.initDurationMs }),
      ...this.#memory.used(this.plan.memorySizeMB),
    });
  }

  #timeOut(running: InFlight): void {
    if (this.#running !== running) return;
    if (!running.outcome) {
      this.#noteTimeout(running.invocation.requestId);
      this.#settle(running, timedOut(running.invocation.requestId, this.plan.timeoutMs), "timeout");
    }
    this.#endLog(running);
    this.#running = undefined;
    void this.stop("timeout");
  }

  /** The runtime's process has ended. */
  #exited(how: string): void {
    this.#next = undefined;
    if (this.#init) {
      this.#init({ kind: "exit", how });
      return;
    }
    const running = this.#running;
    if (running) {
      running.deadline.cancel();
      const { requestId } = running.invocation;
      if (!running.outcome) {
        this.#log.note(`RequestId: ${requestId} Error: Runtime exited ${how}\nRuntime.ExitError`);
        this.#settle(running, exited(requestId, how), "failure");
      }
      this.#endLog(running);
      this.#running = undefined;
    }
    void this.stop("failure");
  }

  /** The runtime asks for an invocation: the one before is over, or the init phase is. */
  async #asked(response: ServerResponse): Promise<void> {
    this.#next = response;
    await this.#extensions.idle();
    if (this.#isStopped || this.#next !== response) return;
    if (this.#init) return this.#init({ kind: "ready" });
    const running = this.#running;
    if (!running?.outcome) return;
    // One turn, so that what the function wrote last is logged before the END line.
    setImmediate(() => {
      if (this.#running !== running) return;
      running.deadline.cancel();
      this.#endLog(running);
      this.#running = undefined;
      this.lastUsedMs = this.#clock.now();
      this.#events.idle(this);
    });
  }

  #runtimeRequests(): RuntimeRequests {
    return {
      next: (response) => void this.#asked(response),
      respond: (requestId, request) => this.#respond(requestId, request),
      fail: (requestId, errorType, payload) => {
        const running = this.#runningAs(requestId);
        if (!running) return false;
        const error = { kind: "error", functionError: "Unhandled", errorType, payload: this.#known(payload) };
        this.#settle(running, error as FunctionError, "error");
        return true;
      },
      initFail: (errorType, payload) =>
        this.#init?.({ kind: "error", errorType, payload: this.#known(payload) }),
      extension: (path, request, response, body) => this.#extensions.handle(path, request, response, body),
    };
  }

  /** An error's stack with the paths that AWS would have. */
  #known(payload: Buffer): Buffer {
    return this.plan.toKnown ? Buffer.from(this.plan.toKnown(payload.toString())) : payload;
  }

  #runningAs(requestId: string): InFlight | undefined {
    const running = this.#running;
    return running && !running.outcome && running.invocation.requestId === requestId ? running : undefined;
  }

  async #respond(requestId: string, request: IncomingMessage): Promise<"accepted" | "unknown" | "too-large"> {
    const running = this.#runningAs(requestId);
    if (!running) {
      request.resume();
      return "unknown";
    }
    if (
      this.#held !== running &&
      running.invocation.streaming &&
      request.headers["lambda-runtime-function-response-mode"] === "streaming"
    ) {
      const error = await running.stream(request);
      this.#settle(
        running,
        error ?? { kind: "response", payload: new Uint8Array() },
        error ? "error" : "success",
      );
      return "accepted";
    }
    const { result, isTooLarge } = await readResponse(request);
    if (this.#held === running) return "accepted";
    this.#settle(running, result, result.kind === "error" ? "error" : "success");
    return isTooLarge ? "too-large" : "accepted";
  }
}
