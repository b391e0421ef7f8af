import type { Hit } from "../../core/fault.ts";
import { throttledByFault } from "./errors.ts";
import type { Bend } from "./execution/environment-plan.ts";
import { functionError, type InvocationResult } from "./execution/invocation.ts";

/** What the rules that fired make of one invocation. */
export interface InvocationFaults {
  readonly bend: Bend;
  /** The answer without running the handler. */
  readonly instead?: InvocationResult;
  /** The answer in place of the handler's. */
  readonly afterwards?: InvocationResult;
  /** How often an asynchronous event is delivered. */
  readonly deliveries: number;
}

/** @throws TooManyRequestsException when a rule throttles */
export function invocationFaults(hits: readonly Hit[]): InvocationFaults {
  const faults: { -readonly [K in keyof InvocationFaults]: InvocationFaults[K] } = {
    bend: {},
    deliveries: 1,
  };
  for (const { effect, params } of hits) {
    const number = (name: string) => Number(params[name] ?? 0);
    switch (effect) {
      case "throttle":
        throw throttledByFault();
      case "delay":
        faults.bend = { ...faults.bend, startDelayMs: (faults.bend.startDelayMs ?? 0) + number("delayMs") };
        break;
      case "timeout":
        faults.bend = { ...faults.bend, holdResponse: true };
        break;
      case "crash":
        faults.bend = { ...faults.bend, crashAfterMs: number("afterMs") };
        break;
      case "duplicate":
        faults.deliveries = Math.max(faults.deliveries, number("times") || 2);
        break;
      case "error":
      case "http-response": {
        // The rule that came first has the say.
        if (faults.instead || faults.afterwards) break;
        const result = effect === "error" ? errorOf(params) : httpResponseOf(params);
        if (params["preventExecution"] === false || params["preventExecution"] === "false")
          faults.afterwards = result;
        else faults.instead = result;
      }
    }
  }
  return faults;
}

function errorOf(params: Readonly<Record<string, unknown>>): InvocationResult {
  return functionError(
    String(params["errorType"] ?? "FaultInjectedError"),
    String(params["errorMessage"] ?? "This invocation fails because a fault was injected."),
  );
}

function httpResponseOf(params: Readonly<Record<string, unknown>>): InvocationResult {
  const response = {
    statusCode: Number(params["statusCode"] ?? 500),
    headers: { "Content-Type": String(params["contentType"] ?? "application/json") },
    body: String(params["body"] ?? ""),
    isBase64Encoded: false,
  };
  return { kind: "response", payload: Buffer.from(JSON.stringify(response)) };
}

/** The delay that rules put before a cold start, in milliseconds; undefined for none. */
export function initDelay(hits: readonly Hit[]): number | undefined {
  let delayMs = 0;
  for (const { effect, params } of hits) if (effect === "delay") delayMs += Number(params["delayMs"] ?? 0);
  return delayMs || undefined;
}
