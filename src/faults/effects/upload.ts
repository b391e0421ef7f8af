import type { Call } from "../../core/call.ts";
import type { EffectContext, FaultEffect } from "../../core/fault.ts";
import { framesOf, isEventStream } from "../wire/frames.ts";
import { atRate } from "../wire/rate.ts";

interface UploadParams {
  readonly stopAfter?: number;
  readonly cutAfter?: number;
  readonly stopAfterFrames?: number;
  readonly cutAfterFrames?: number;
  readonly bytesPerSecond?: number;
  readonly withholdContinue?: boolean;
}

/** How long a connection is held of which nothing is read. */
const LONGEST_STOP_MS = 10 * 60_000;

const upload: FaultEffect<UploadParams> = {
  name: "upload",
  description:
    "Strikes while the request's body comes in: it is read slowly, no further than to a point, or the connection is reset there. A body that is not streamed has been read before any rule is asked: then it only looks so to its client.",
  parameters: {
    stopAfter: {
      type: "integer",
      unit: "bytes",
      description:
        "Nothing is read behind so many bytes, and no answer comes; the connection is reset after ten minutes.",
      min: 0,
    },
    cutAfter: {
      type: "integer",
      unit: "bytes",
      description: "The connection is reset behind so many bytes.",
      min: 0,
    },
    stopAfterFrames: {
      type: "integer",
      description: "The same as stopAfter, behind so many messages of an event stream.",
      min: 0,
    },
    cutAfterFrames: {
      type: "integer",
      description: "The same as cutAfter, behind so many messages of an event stream.",
      min: 0,
    },
    bytesPerSecond: { type: "number", unit: "bytes/s", description: "How fast it is read.", min: 1 },
    withholdContinue: {
      type: "boolean",
      description:
        "A client that sent `Expect: 100-continue` never hears that it may send; streamed bodies only.",
    },
  },
  onTheWire: true,
  shorthand: (value) => ({ bytesPerSecond: value }),

  check({ stopAfter, cutAfter, stopAfterFrames, cutAfterFrames, bytesPerSecond, withholdContinue }) {
    const ends = [stopAfter, cutAfter, stopAfterFrames, cutAfterFrames].filter((one) => one !== undefined);
    if (ends.length > 1) return "upload stops or is cut, at one place";
    return ends.length === 1 || bytesPerSecond !== undefined || withholdContinue
      ? undefined
      : "upload needs stopAfter, cutAfter, stopAfterFrames, cutAfterFrames, bytesPerSecond or withholdContinue";
  },

  async apply(params, call, next, ctx) {
    const { body, signal } = call;
    const { stopAfter, cutAfter, stopAfterFrames, cutAfterFrames, bytesPerSecond, withholdContinue } = params;
    const countsFrames = stopAfterFrames !== undefined || cutAfterFrames !== undefined;
    if (countsFrames && !isEventStream(call)) return next();
    if (body === undefined) return afterwards(params, call, ctx, next);
    let isBroken = false;
    const breakOff = () => {
      isBroken = true;
    };
    if (withholdContinue) body.withholdContinue();
    if (bytesPerSecond !== undefined) {
      body.bend((chunks) => atRate(chunks, bytesPerSecond, ctx.clock, signal));
    }
    const stop = async () => {
      // Of a connection that is not read nobody hears that its client has left: it is not kept for ever.
      await ctx.clock.sleep(LONGEST_STOP_MS, signal).catch(() => {});
      breakOff();
    };
    const bytes = cutAfter ?? stopAfter;
    if (bytes !== undefined)
      body.bend((chunks) => upTo(chunks, bytes, stopAfter === undefined ? breakOff : stop));
    const frames = cutAfterFrames ?? stopAfterFrames;
    if (frames !== undefined)
      body.bend((chunks) => upToFrames(chunks, frames, stopAfterFrames === undefined ? breakOff : stop));
    try {
      const outcome = await next();
      return isBroken ? { kind: "drop", how: "reset" } : outcome;
    } catch (error) {
      if (isBroken) return { kind: "drop", how: "reset" };
      throw error;
    }
  },
};

export default upload;

/** A body that ends too early: what reads it must not take it for whole. */
async function* upTo(
  chunks: AsyncIterable<Uint8Array>,
  bytes: number,
  then: () => Promise<void> | void,
): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of chunks) {
    if (chunk.length < left) {
      left -= chunk.length;
      yield chunk;
      continue;
    }
    if (left > 0) yield chunk.subarray(0, left);
    await then();
    throw new Error("The upload was broken off by a fault.");
  }
}

/** An event stream that ends too early, between two messages. */
async function* upToFrames(
  chunks: AsyncIterable<Uint8Array>,
  frames: number,
  then: () => Promise<void> | void,
): AsyncGenerator<Uint8Array> {
  let left = frames;
  if (left > 0) {
    for await (const frame of framesOf(chunks)) {
      yield frame;
      if (--left === 0) break;
    }
  }
  if (left > 0) return;
  await then();
  throw new Error("The upload was broken off by a fault.");
}

async function untilLeft(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await new Promise((leave) => signal.addEventListener("abort", leave, { once: true }));
  }
}

/** The same as far as the client can see, when all of the body is here. */
async function afterwards(
  { stopAfter, cutAfter, bytesPerSecond }: UploadParams,
  { headers, signal }: Call,
  { clock }: EffectContext,
  next: Parameters<FaultEffect["apply"]>[2],
): ReturnType<FaultEffect["apply"]> {
  const size = Number(headers["content-length"] ?? 0);
  const read = Math.min(size, stopAfter ?? size, cutAfter ?? size);
  if (bytesPerSecond !== undefined) {
    const isThere = await clock.sleep((read / bytesPerSecond) * 1000, signal).then(
      () => true,
      () => false,
    );
    if (!isThere) return { kind: "drop", how: "reset" };
  }
  if (cutAfter !== undefined && cutAfter < size) return { kind: "drop", how: "reset" };
  if (stopAfter !== undefined && stopAfter < size) {
    await untilLeft(signal);
    return { kind: "drop", how: "hang" };
  }
  return next();
}
