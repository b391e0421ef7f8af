import type { Context, Handlers } from "../../core/service.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { invalidParameter } from "./errors.ts";
import type { Feed } from "./feed.ts";
import { compile } from "./filter.ts";
import { type LogGroup, requireGroup } from "./group.ts";
import type { Pattern } from "./pattern/compiled.ts";

const UPDATE_INTERVAL_MS = 1000;
const SESSION_MS = 3 * 3_600_000;
/** An update holds at most so many events; of more, a sample. */
const MAX_EVENTS = 500;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html */
export const liveTail = (feed: Feed): Handlers<Logs.Operations> => ({
  StartLiveTail(input, ctx) {
    const groups = input.logGroupIdentifiers.map((identifier) => requireGroup(ctx.store, identifier));
    const { logStreamNames, logStreamNamePrefixes } = input;
    if (logStreamNames && logStreamNamePrefixes)
      throw invalidParameter("logStreamNames and logStreamNamePrefixes are mutually exclusive parameters.");
    if ((logStreamNames || logStreamNamePrefixes) && groups.length !== 1)
      throw invalidParameter("Log streams can only be named for a single log group.");
    const pattern = compile(input.logEventFilterPattern ?? "");
    const arns = new Set(groups.map(({ arn }) => arn));
    const wants = (group: LogGroup, stream: string) =>
      arns.has(group.arn) &&
      (!logStreamNames || logStreamNames.includes(stream)) &&
      (!logStreamNamePrefixes || logStreamNamePrefixes.some((prefix) => stream.startsWith(prefix)));
    return { responseStream: session(feed, input, ctx, wants, pattern) };
  },
});

type Wants = (group: LogGroup, stream: string) => boolean;

/** The events of a session: its start, then updates as events come, and at least one a second. */
async function* session(
  feed: Feed,
  input: Logs.StartLiveTailRequest,
  ctx: Context,
  wants: Wants,
  pattern: Pattern,
): AsyncGenerator<Logs.StartLiveTailResponseStream> {
  const { clock } = ctx;
  const endsAtMs = clock.now() + SESSION_MS;
  let waiting: Logs.LiveTailSessionLogEvent[] = [];
  let sampled = false;
  let wake = () => {};
  const leave = feed.follow({
    see(where, group, stream, events) {
      if (where.account !== ctx.account || where.region !== ctx.region || !wants(group, stream)) return;
      for (const { message, timestamp, ingestionTime } of events) {
        if (!pattern.match(message)) continue;
        if (waiting.length >= MAX_EVENTS) sampled = true;
        else
          waiting.push({
            logStreamName: stream,
            logGroupIdentifier: `${ctx.account}:${group.name}`,
            message,
            timestamp,
            ingestionTime,
          });
      }
      if (waiting.length > 0) wake();
    },
  });
  const aborted = () => wake();
  ctx.signal.addEventListener("abort", aborted);
  try {
    yield { sessionStart: startOf(input, ctx) };
    while (!ctx.signal.aborted && clock.now() < endsAtMs) {
      if (waiting.length === 0)
        await quiet(clock, (resolve) => {
          wake = resolve;
        });
      if (ctx.signal.aborted) return;
      const sessionResults = waiting;
      waiting = [];
      yield { sessionUpdate: { sessionMetadata: { sampled }, sessionResults } };
      sampled = false;
    }
    if (!ctx.signal.aborted)
      yield { SessionTimeoutException: { message: "Your session has been timed out after 3 hours." } };
  } finally {
    ctx.signal.removeEventListener("abort", aborted);
    leave();
  }
}

/** Until it is woken, or a second has passed. */
function quiet(clock: Context["clock"], onWake: (resolve: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(UPDATE_INTERVAL_MS, resolve);
    onWake(() => {
      timer.cancel();
      // What comes in the same turn goes into the same update.
      setImmediate(resolve);
    });
  });
}

const startOf = (input: Logs.StartLiveTailRequest, ctx: Context): Logs.LiveTailSessionStart => ({
  requestId: ctx.requestId,
  sessionId: ctx.random.uuid(),
  logGroupIdentifiers: input.logGroupIdentifiers,
  ...(input.logStreamNames && { logStreamNames: input.logStreamNames }),
  ...(input.logStreamNamePrefixes && { logStreamNamePrefixes: input.logStreamNamePrefixes }),
  logEventFilterPattern: input.logEventFilterPattern ?? "",
});
