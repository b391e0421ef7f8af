import type { FaultEffect } from "../../core/fault.ts";
import { isLatencyPreset, LATENCY_PRESETS, presetLatency } from "../latency-presets.ts";

/** All in milliseconds. */
interface LatencyParams {
  readonly ms?: number;
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  readonly stddev?: number;
  readonly p50?: number;
  readonly p99?: number;
  readonly preset?: string;
  readonly spike?: number;
  readonly spikePercentage?: number;
  readonly when: "before" | "after";
  readonly cancel?: boolean;
}

/** A streamed body of this size arrives while its call waits, as it does at AWS. */
const RECEIVED_BYTES = 1024 * 1024;

const latency: FaultEffect<LatencyParams> = {
  name: "latency",
  description:
    "Makes a call slow: by a fixed time, or by one drawn from a distribution, also from a measured one.",
  parameters: {
    ms: { type: "duration", unit: "ms", description: "Fixed.", min: 0 },
    min: {
      type: "duration",
      unit: "ms",
      description: "Uniform from here; or the least that is drawn.",
      min: 0,
    },
    max: {
      type: "duration",
      unit: "ms",
      description: "Uniform up to here; or the most that is drawn.",
      min: 0,
    },
    mean: { type: "duration", unit: "ms", description: "Normal around this.", min: 0 },
    stddev: { type: "duration", unit: "ms", description: "Standard deviation of the normal one.", min: 0 },
    p50: { type: "duration", unit: "ms", description: "Log-normal with this median.", min: 0 },
    p99: { type: "duration", unit: "ms", description: "99th percentile of the log-normal one.", min: 0 },
    preset: {
      type: "string",
      description: "As was measured at AWS.",
      values: LATENCY_PRESETS.map(({ name }) => name),
    },
    spike: {
      type: "duration",
      unit: "ms",
      description: "Some calls take so much longer: `spikePercentage` of them.",
      min: 0,
    },
    spikePercentage: {
      type: "number",
      unit: "%",
      description: "The share of spikes. Default: 1.",
      min: 0,
      max: 100,
    },
    when: {
      type: "string",
      description: "`after`: the call takes effect first, the answer is late.",
      values: ["before", "after"],
      default: "before",
    },
    cancel: {
      type: "boolean",
      description:
        "A client that gives up before the call has happened takes it back. Without it, as at AWS, the call happens all the same.",
    },
  },

  shorthand: (value) => (isLatencyPreset(value) ? { preset: value } : { ms: value }),

  check({ ms, min, max, mean, stddev, p50, p99, preset, spike, spikePercentage }) {
    const shapes = [ms, mean ?? stddev, p50 ?? p99, preset].filter((given) => given !== undefined).length;
    if (shapes > 1)
      return "latency is fixed (ms), uniform (min, max), normal (mean, stddev), log-normal (p50, p99) or a preset: not two of them";
    if (ms !== undefined && (min !== undefined || max !== undefined))
      return "a fixed latency has no min and max";
    if (shapes === 0 && (min === undefined || max === undefined)) {
      return "latency needs ms; or min and max; or mean and stddev; or p50 and p99; or a preset";
    }
    if (spikePercentage !== undefined && spike === undefined) return "spikePercentage needs a spike";
    if ((mean === undefined) !== (stddev === undefined)) return "a normal latency needs mean and stddev";
    if ((p50 === undefined) !== (p99 === undefined)) return "a log-normal latency needs p50 and p99";
    if (p50 === 0) return "p50 must be above 0";
    if (p50 !== undefined && p99 !== undefined && p99 < p50) return "p99 must not be less than p50";
    if (min !== undefined && max !== undefined && max < min) return "max must not be less than min";
    return undefined;
  },

  async apply(params, call, next, ctx) {
    const delayMs = sample(params, ctx.draw);
    if (params.when === "before") {
      // A client's call is on its way to the service whether it waits or not; what waits at a point ends with its place.
      if (!params.cancel && ctx.rule.point === "api") {
        call.body?.receive(RECEIVED_BYTES);
        await ctx.clock.sleep(delayMs);
        return next();
      }
      return (await waited()) ? next() : { kind: "drop", how: "reset" };
    }
    const outcome = await next();
    return (await waited()) ? outcome : { kind: "drop", how: "reset" };

    /** False when the client left while it waited: there is nobody to answer any more. */
    function waited(): Promise<boolean> {
      return ctx.clock.sleep(delayMs, call.signal).then(
        () => true,
        () => false,
      );
    }
  },
};

export default latency;

/** The 99th percentile of the standard normal distribution. */
const Z99 = 2.3263478740408408;

/** Which share of calls spikes, in percent, when nothing is said. */
const SPIKES = 1;

type Shape = Omit<LatencyParams, "when" | "cancel">;

/**
 * A delay in milliseconds.
 * @param draw numbers in [0, 1), another one for each salt
 */
export function sample(params: Shape, draw: (salt?: string) => number): number {
  const { spike, spikePercentage = SPIKES } = params;
  const delayMs = usual(params, draw);
  return spike !== undefined && draw("spike") * 100 < spikePercentage ? delayMs + spike : delayMs;
}

function usual(params: Shape, draw: (salt?: string) => number): number {
  const { ms, min = 0, max = Number.POSITIVE_INFINITY, mean, stddev, p50, p99, preset } = params;
  if (ms !== undefined) return ms;
  const clamp = (delayMs: number) => Math.min(max, Math.max(min, delayMs));
  if (preset !== undefined) return clamp(presetLatency(preset, normal(draw)));
  if (mean !== undefined && stddev !== undefined) return clamp(mean + stddev * normal(draw));
  if (p50 !== undefined && p99 !== undefined) return clamp(p50 * (p99 / p50) ** (normal(draw) / Z99));
  return min + draw("latency") * (max - min);
}

/** A standard normal number (Box and Muller's method). */
function normal(draw: (salt?: string) => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - draw("latency")));
  return radius * Math.cos(2 * Math.PI * draw("angle"));
}
