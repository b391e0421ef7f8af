import type { FaultRuleInput } from "../core/fault.ts";

/*
 * What AWS FIS does to a network, done to the calls that come by it: an instance's documents and a task's actions mean the same.
 * Squall carries no packets: what it answers is late, is sent again, or never comes.
 */

/** What becomes of the calls. */
export type NetworkFault = Pick<FaultRuleInput, "effect" | "params" | "percentage">;

/** A packet that is lost is sent again after this time: TCP has no answer to it. */
export const RETRANSMITTED_AFTER_MS = 200;

/** The same of the packets that make a connection: nothing is known of the way yet (RFC 6298). */
export const FIRST_RETRANSMITTED_AFTER_MS = 1_000;
const LONGEST_WAIT_MS = 120_000;

/**
 * How late a piece is that is sent until it gets through: after each loss TCP waits twice as long. Infinity when everything is lost.
 * @param share of what is lost, 0 to 1
 * @param draw a number from 0 to 1, another each time
 */
export function retransmittedAfterMs(share: number, draw: () => number, firstMs: number): number {
  if (share >= 1) return Infinity;
  let lateMs = 0;
  for (let waitMs = firstMs; draw() < share; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) lateMs += waitMs;
  return lateMs;
}

/** Nothing comes any more. */
export const BLACKHOLE: NetworkFault = { effect: "hang" };

/** @param jitterMs how much earlier or later than `ms` an answer may come */
export const latency = (ms: number, jitterMs: number, percentage: number): NetworkFault => ({
  effect: "latency",
  params: jitterMs > 0 ? { min: Math.max(0, ms - jitterMs), max: ms + jitterMs } : { ms },
  percentage,
});

/** @param percentage the share of packets, those of all connections together */
export const packetLoss = (percentage: number): NetworkFault =>
  percentage >= 100 ? BLACKHOLE : { effect: "latency", params: { ms: RETRANSMITTED_AFTER_MS }, percentage };

/** AWS's services as a source of traffic. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  S3: ["s3", "s3control"],
  DYNAMODB: ["dynamodb", "dynamodbstreams"],
};

/** Everything that comes and goes. */
const EVERYWHERE = ["ALL", "0.0.0.0/0"];

/**
 * The services behind sources of traffic, by commas: `S3,DYNAMODB`; undefined where all traffic is meant.
 * @param refuse what is thrown for a source whose packets Squall does not carry
 */
export function servicesBehindSources(
  sources: string,
  refuse: (source: string) => Error,
): readonly string[] | undefined {
  const given = sources.split(",").map((source) => source.trim());
  if (given.some((source) => EVERYWHERE.includes(source.toUpperCase()))) return undefined;
  return given.flatMap((source) => {
    const services = SOURCES[source.toUpperCase()];
    if (!services) throw refuse(source);
    return services;
  });
}

/** The ports at which AWS answers: its own, and Squall's. */
export const awsPorts = (endpoint: { port(): number }): readonly string[] => ["443", String(endpoint.port())];
