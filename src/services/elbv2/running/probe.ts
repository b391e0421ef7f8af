import { connect } from "node:net";
import type { Clock } from "../../../core/clock.ts";
import { isExpected } from "../health-check.ts";
import { type HealthCheck, isHttp } from "../target-group.ts";
import { NoAnswer, type TargetConnections } from "./http-target.ts";

/** What a health check has found out: undefined when all is well. */
export type Finding = { readonly reason: string; readonly description: string } | undefined;

export const TIMED_OUT: Finding = { reason: "Target.Timeout", description: "Request timed out" };
export const FAILED: Finding = { reason: "Target.FailedHealthChecks", description: "Health checks failed" };

/** Asks a target once how it is. */
export async function probe(
  check: HealthCheck,
  { address, port }: { readonly address: string; readonly port: number },
  connections: TargetConnections,
  clock: Clock,
): Promise<Finding> {
  using _ = clock.hold();
  const late = new AbortController();
  const timer = clock.setTimer(check.timeoutSeconds * 1000, () => late.abort());
  try {
    if (!isHttp(check.protocol)) return await connects(address, port, late.signal);
    const status = await statusOf(check, { address, port }, connections, late.signal);
    return expected(check, status);
  } catch (error) {
    if (late.signal.aborted || (error instanceof NoAnswer && error.status === 504)) return TIMED_OUT;
    return FAILED;
  } finally {
    timer.cancel();
  }
}

export const expected = ({ codes = "200" }: HealthCheck, status: number): Finding =>
  isExpected(codes, status)
    ? undefined
    : {
        reason: "Target.ResponseCodeMismatch",
        description: `Health checks failed with these codes: [${status}]`,
      };

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
async function statusOf(
  check: HealthCheck,
  { address, port }: { readonly address: string; readonly port: number },
  connections: TargetConnections,
  signal: AbortSignal,
): Promise<number> {
  const response = await connections.send({
    protocol: check.protocol,
    address,
    port,
    method: "GET",
    target: check.path ?? "/",
    headers: [
      ["Host", `${address}:${port}`],
      ["Connection", "close"],
      ["User-Agent", "ELB-HealthChecker/2.0"],
      ["Accept-Encoding", "gzip, compressed"],
    ],
    body: new Uint8Array(),
    idleMs: check.timeoutSeconds * 1000,
    signal,
  });
  // What it has to say beside its code is not read.
  response.destroy();
  return response.statusCode ?? 0;
}

function connects(address: string, port: number, signal: AbortSignal): Promise<Finding> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, signal });
    socket.once("connect", () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once("error", () => resolve(signal.aborted ? TIMED_OUT : FAILED));
  });
}
