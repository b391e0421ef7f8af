import type { Bus, CallRecord, Topics } from "../core/bus.ts";
import { sliceOf } from "../core/slice.ts";
import type { Recorder } from "../gateway/record.ts";
import { shownOutput } from "../gateway/shown-input.ts";

/** How many events may wait for a slow reader before it is dropped. */
const MOST_WAITING = 10_000;
const TOPICS = [
  "call",
  "fault.rule",
  "fault.lever",
  "fis.experiment",
  "cloudwatch.alarm",
  "explore.report",
] as const satisfies readonly (keyof Topics)[];
const WITH_ANSWERS = [...TOPICS, "call.answer"] as const;

/** Of so many calls a second the answer is told at most: to cut it costs, and nobody reads more. */
const MOST_ANSWERS = 100;

/**
 * What happens, as server-sent events: `call` (with the call's sequence number as event id), `fault.rule`, `fault.lever`,
 * `fis.experiment`, `cloudwatch.alarm`, `explore.report`.
 * @param after replay remembered calls from behind this sequence number first (`Last-Event-ID`)
 * @param answers tell what calls were answered, too, just before the call: `call.answer`
 */
export async function* serverSentEvents(
  bus: Bus,
  recorder: Recorder,
  options: {
    after?: number;
    signal: AbortSignal;
    wants?: (call: CallRecord) => boolean;
    answers?: boolean;
  },
): AsyncIterable<Uint8Array> {
  let last = options.after ?? 0;
  const news = (call: CallRecord): Uint8Array | undefined => {
    // A call may be both remembered and still waiting.
    if (call.sequence <= last) return undefined;
    last = call.sequence;
    return (options.wants?.(call) ?? true) ? format("call", call, call.sequence) : undefined;
  };
  for await (const { topic, event } of follow(bus, options.signal, options.answers ? WITH_ANSWERS : TOPICS)) {
    if (topic === "ready") {
      yield Buffer.from(": connected\n\n");
      if (options.after === undefined) continue;
      for (const call of recorder.calls(options.after)) {
        const line = news(call);
        if (line) yield line;
      }
    } else if (topic === "call") {
      const line = news(event as CallRecord);
      if (line) yield line;
    } else yield format(topic, event);
  }
}

/** Events of topics as they come, beginning with one `ready`; ends with the signal, or when the reader is too slow. */
async function* follow<T extends keyof Topics>(
  bus: Bus,
  signal: AbortSignal,
  topics: readonly T[],
): AsyncIterable<{ topic: T | "ready"; event: unknown }> {
  const waiting: { topic: T; event: unknown }[] = [];
  let wake: (() => void) | undefined;
  let over = signal.aborted;
  const stop = () => {
    over = true;
    wake?.();
  };
  const shown = answersShown();
  const unsubscribe = topics.map((topic) =>
    bus.subscribe(topic, (said) => {
      const event = (topic as keyof Topics) === "call.answer" ? shown(said as Topics["call.answer"]) : said;
      if (event === undefined) return;
      if (waiting.length >= MOST_WAITING) return stop();
      waiting.push({ topic, event });
      wake?.();
    }),
  );
  signal.addEventListener("abort", stop, { once: true });
  try {
    yield { topic: "ready", event: undefined };
    while (!over) {
      const next = waiting.shift();
      if (next) yield next;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    for (const leave of unsubscribe) leave();
    signal.removeEventListener("abort", stop);
  }
}

/** Cuts answers as they come: what they are of is then not kept alive. Undefined for one too many. */
function answersShown() {
  let secondBegan = 0;
  let told = 0;
  return ({ sequence, service, outcome }: Topics["call.answer"]) => {
    const now = performance.now();
    if (now - secondBegan > 1000) {
      secondBegan = now;
      told = 0;
    }
    if (++told > MOST_ANSWERS) return undefined;
    if (outcome.kind === "error") {
      const { code, message } = outcome.error;
      return { sequence, error: { code, message } };
    }
    if (outcome.kind !== "output") return undefined;
    const { input } = sliceOf(outcome.output);
    return { sequence, output: shownOutput(service, input) };
  };
}

function format(event: string, data: unknown, id?: number): Uint8Array {
  return Buffer.from(
    `event: ${event}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`,
  );
}
