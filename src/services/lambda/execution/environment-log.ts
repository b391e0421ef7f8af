import type { Telemetry } from "./telemetry.ts";

/** Where an environment's log goes: a CloudWatch Logs stream, and the terminal. */
export interface LogDestination {
  /** @param kind who speaks: the function's own code, or Lambda about it */
  write(message: string, kind: "function" | "platform"): void;
}

export interface LogFormat {
  /** `Text` (default) or `JSON`. */
  readonly format: "Text" | "JSON";
  readonly version: string;
  readonly memorySizeMB: number;
  /** What a function wrote, with paths of this machine as AWS would have them. */
  toKnown?(text: string): string;
}

/** The figures of the REPORT line. */
export interface Report {
  readonly requestId: string;
  readonly durationMs: number;
  readonly initDurationMs?: number;
  readonly maxMemoryMB?: number;
  readonly status: "success" | "error" | "failure" | "timeout";
  readonly errorType?: string;
}

const TAIL_BYTES = 4096;

/** The log of one environment, in AWS's words: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html */
export class EnvironmentLog {
  readonly #destination: LogDestination;
  readonly #telemetry: Telemetry;
  readonly #format: LogFormat;
  readonly #nowMs: () => number;
  #tail: string[] = [];

  constructor(destination: LogDestination, telemetry: Telemetry, format: LogFormat, nowMs: () => number) {
    this.#destination = destination;
    this.#telemetry = telemetry;
    this.#format = format;
    this.#nowMs = nowMs;
  }

  /** What the function wrote. */
  application(message: string): void {
    const known = this.#format.toKnown?.(message) ?? message;
    this.#write(known, "function");
    this.#emit("function", known);
  }

  extension(message: string): void {
    this.#write(message, "function");
    this.#emit("extension", message);
  }

  initStart(initializationType: string, runtimeVersion: string): void {
    this.#platform("initStart", {
      initializationType,
      phase: "init",
      runtimeVersion,
      functionVersion: this.#format.version,
    });
  }

  /** Only a failed init phase has a line of its own. */
  initReport(
    durationMs: number,
    phase: "init" | "invoke",
    status: "success" | "error" | "timeout",
    errorType?: string,
  ): void {
    this.#platform("initReport", {
      initializationType: "on-demand",
      phase,
      status,
      ...(errorType && { errorType }),
      metrics: { durationMs },
    });
    if (status === "success" || this.#format.format === "JSON") return;
    const type = errorType ? `\tError Type: ${errorType}` : "";
    this.#write(
      `INIT_REPORT Init Duration: ${durationMs.toFixed(2)} ms\tPhase: ${phase}\tStatus: ${status}${type}`,
      "platform",
    );
  }

  start(requestId: string): void {
    this.#tail = [];
    if (this.#format.format === "Text") {
      this.#write(`START RequestId: ${requestId} Version: ${this.#format.version}`, "platform");
    }
    this.#platform("start", { requestId, version: this.#format.version });
  }

  /** A line of Lambda's own in the middle of an invocation: a timeout, the end of a process. */
  note(message: string): void {
    if (this.#format.format === "Text") this.#write(message, "platform");
  }

  end(report: Report): void {
    const billedMs = Math.ceil(report.durationMs + (report.initDurationMs ?? 0));
    if (this.#format.format === "Text") {
      const parts = [
        `REPORT RequestId: ${report.requestId}`,
        `Duration: ${report.durationMs.toFixed(2)} ms`,
        `Billed Duration: ${billedMs} ms`,
        `Memory Size: ${this.#format.memorySizeMB} MB`,
        ...(report.maxMemoryMB === undefined ? [] : [`Max Memory Used: ${report.maxMemoryMB} MB`]),
        ...(report.initDurationMs === undefined
          ? []
          : [`Init Duration: ${report.initDurationMs.toFixed(2)} ms`]),
        ...(report.status === "timeout" || report.status === "failure"
          ? [`Status: ${report.status === "failure" ? "error" : report.status}`]
          : []),
        ...(report.status === "failure" && report.errorType ? [`Error Type: ${report.errorType}`] : []),
      ];
      this.#write(`END RequestId: ${report.requestId}`, "platform");
      this.#write(`${parts.join("\t")}\t`, "platform");
    }
    this.#platform("report", {
      requestId: report.requestId,
      metrics: {
        durationMs: Number(report.durationMs.toFixed(3)),
        billedDurationMs: billedMs,
        memorySizeMB: this.#format.memorySizeMB,
        ...(report.maxMemoryMB !== undefined && { maxMemoryUsedMB: report.maxMemoryMB }),
        ...(report.initDurationMs !== undefined && {
          initDurationMs: Number(report.initDurationMs.toFixed(3)),
        }),
      },
      status: report.status,
      ...(report.errorType && { errorType: report.errorType }),
    });
  }

  /** The last 4 KB of the invocation at hand, in Base64: the header `X-Amz-Log-Result`. */
  tail(): string {
    return Buffer.from(this.#tail.map((line) => `${line}\n`).join(""))
      .subarray(-TAIL_BYTES)
      .toString("base64");
  }

  /** A platform event: to extensions, and in JSON format to the log. */
  #platform(name: string, record: Record<string, unknown>): void {
    const logged = this.#format.format === "JSON";
    if (!logged && !this.#telemetry.isWanted) return;
    const event = { time: new Date(this.#nowMs()).toISOString(), type: `platform.${name}`, record };
    if (logged) this.#write(JSON.stringify(event), "platform");
    this.#telemetry.emit(event);
  }

  #emit(type: string, record: unknown): void {
    if (!this.#telemetry.isWanted) return;
    this.#telemetry.emit({ time: new Date(this.#nowMs()).toISOString(), type, record });
  }

  #write(message: string, kind: "function" | "platform"): void {
    this.#tail.push(message);
    // Lines of one invocation are kept only as far as the tail can reach.
    if (this.#tail.length > TAIL_BYTES) this.#tail.splice(0, TAIL_BYTES / 2);
    this.#destination.write(message, kind);
  }
}
