import type { ServiceHost } from "../../core/service.ts";
import type { InvocationResult } from "./execution/invocation.ts";
import type { FunctionReference } from "./function-name.ts";

/**
 * Lambda's metrics in CloudWatch: of the function, of the qualifier that was asked for, and of all functions.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export class InvocationMetrics {
  readonly #host: ServiceHost;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** An invocation that ran: counted when its response has ended. */
  ran(where: FunctionReference, startedAtMs: number, result: InvocationResult): void {
    if (!this.#host.bus.hears("cloudwatch.measurement")) return;
    const count = (failed: boolean) =>
      this.#publish(where, startedAtMs, {
        Invocations: 1,
        Errors: failed ? 1 : 0,
        Throttles: 0,
        Duration: this.#host.clock.now() - startedAtMs,
      });
    if (result.kind === "stream")
      void result.end.then(
        ({ error }) => count(error !== undefined),
        () => count(true),
      );
    else count(result.kind === "error");
  }

  /** An invocation that was refused for want of concurrency: it counts as no invocation. */
  throttled(where: FunctionReference, atMs: number): void {
    this.#publish(where, atMs, { Throttles: 1 });
  }

  #publish(where: FunctionReference, atMs: number, values: Readonly<Record<string, number>>): void {
    const { account, region, name, qualifier } = where;
    const ofFunction = { FunctionName: name };
    const ofResource = { FunctionName: name, Resource: `${name}:${qualifier}` };
    for (const dimensions of [{}, ofFunction, ...(qualifier === undefined ? [] : [ofResource])])
      this.#host.bus.publish("cloudwatch.measurement", {
        account,
        region,
        namespace: "AWS/Lambda",
        dimensions,
        atMs,
        values,
      });
  }
}
