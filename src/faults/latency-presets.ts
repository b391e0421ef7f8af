import { sure } from "../core/sure.ts";

/** How long something takes at AWS, as somebody has measured it or AWS says. */
export interface LatencyPreset {
  readonly name: string;
  /** What takes so long. */
  readonly what: string;
  /** Shares of all, in rising order, and the milliseconds within which they are done. */
  readonly percentiles: readonly (readonly [percent: number, ms: number])[];
  readonly certainty: "measured" | "documented";
  readonly source: string;
}

/** 1,024 messages a service, September 2022 in eu-west-1: from before the producer's call until a function has it. */
const MESSAGING = "https://bitesizedserverless.com/bite/serverless-messaging-latency-compared/";
const messaging = (name: string, what: string, [p10, p50, p90, p99]: Four): LatencyPreset => ({
  name,
  what,
  percentiles: [
    [10, p10],
    [50, p50],
    [90, p90],
    [99, p99],
  ],
  certainty: "measured",
  source: MESSAGING,
});
type Four = readonly [number, number, number, number];

/** What AWS says in words, as a range. */
const documented = (name: string, what: string, [least, most]: readonly [number, number], page: string) =>
  ({
    name,
    what,
    percentiles: [
      [1, least],
      [99, most],
    ],
    certainty: "documented",
    source: `https://docs.aws.amazon.com/${page}`,
  }) satisfies LatencyPreset;

export const LATENCY_PRESETS: readonly LatencyPreset[] = [
  documented(
    "dynamodb",
    "a read or write of one item: single-digit milliseconds",
    [1, 9],
    "amazondynamodb/latest/developerguide/Introduction.html",
  ),
  messaging("dynamodb-streams", "a record to the function of a mapping", [118, 213, 341, 552]),
  messaging("events", "an event through a bus to a function (February 2023)", [113, 148, 241, 387]),
  messaging("kinesis", "a record to the function of a mapping", [267, 627, 965, 1580]),
  messaging("kinesis-fan-out", "the same by enhanced fan-out", [28.8, 49.4, 67.5, 109]),
  documented(
    "lambda-cold-start",
    "the start of an environment: under 100 ms to over a second",
    [100, 1000],
    "lambda/latest/dg/lambda-runtime-environment.html",
  ),
  {
    name: "s3",
    what: "a GET until its first byte (November 2023)",
    percentiles: [
      [50, 30],
      [90, 50],
      [99, 80],
    ],
    certainty: "measured",
    source: "https://quickwit.io/blog/s3-express-speculations",
  },
  documented(
    "s3-small-object",
    "a small object: roughly 100 to 200 ms",
    [100, 200],
    "AmazonS3/latest/userguide/optimizing-performance.html",
  ),
  messaging("sns", "a message to a function", [62, 73, 125, 225]),
  messaging("sns-fifo", "a message through a FIFO topic and queue to a function", [32.8, 40.1, 67.8, 497]),
  messaging("sqs", "a message through a standard queue to a function", [13.7, 16.2, 33.8, 105]),
  messaging("sqs-fifo", "a message through a FIFO queue to a function", [21.9, 28.1, 61.2, 645]),
  messaging("stepfunctions", "StartExecution until a standard workflow's function", [115, 142, 204, 313]),
  messaging("stepfunctions-express", "the same of an express workflow", [96.5, 118, 178, 298]),
];

const BY_NAME = new Map(LATENCY_PRESETS.map((preset) => [preset.name, preset]));

export function isLatencyPreset(name: unknown): name is string {
  return typeof name === "string" && BY_NAME.has(name);
}

/** Standard normal numbers below which these shares lie. */
const NORMAL: Readonly<Record<number, number>> = { 1: -2.3263, 10: -1.2816, 50: 0, 90: 1.2816, 99: 2.3263 };
/** Beyond one in a thousand nobody has measured. */
const FARTHEST = 3.09;

/**
 * A latency of a preset, in milliseconds: its logarithm goes in straight lines through the percentiles, and on beyond them.
 * @param normal a standard normal number
 */
export function presetLatency(name: string, normal: number): number {
  const points = sure(BY_NAME.get(name)).percentiles.map(([percent, ms]) => ({
    at: sure(NORMAL[percent]),
    log: Math.log(ms),
  }));
  const at = Math.min(FARTHEST, Math.max(-FARTHEST, normal));
  const above = points.findIndex((point, n) => n > 0 && at <= point.at);
  const end = above < 0 ? points.length - 1 : above;
  const [low, high] = [sure(points[end - 1]), sure(points[end])];
  return Math.exp(low.log + ((at - low.at) / (high.at - low.at)) * (high.log - low.log));
}

/** The presets as a table of the guide. */
export function presetsTable(): string {
  const rows = LATENCY_PRESETS.map(({ name, what, percentiles, certainty, source }) => {
    const shares = percentiles.map(([percent, ms]) => `p${percent} ${ms}`).join(", ");
    return `| \`${name}\` | ${what} | ${shares} | [${certainty}](${source}) |`;
  });
  return ["| Preset | What takes so long | ms | Source |", "| --- | --- | --- | --- |", ...rows, ""].join(
    "\n",
  );
}
