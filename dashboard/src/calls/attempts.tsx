import type { CallRecord } from "../../../src/core/bus.ts";
import type { Entry } from "./book.ts";
import { outcomeOf, wordOf } from "./outcome.ts";

const WIDTH = 400;
const HEIGHT = 26;
const LEAST = 4;

/** The attempts of the same SDK call, in their order. */
export function attemptsOf(newest: Iterable<Entry>, call: CallRecord): CallRecord[] {
  const { invocationId } = call;
  if (invocationId === undefined) return [call];
  const found: CallRecord[] = [];
  for (const entry of newest) if (entry.call.invocationId === invocationId) found.push(entry.call);
  return found.sort((a, b) => a.startedAt - b.startedAt || a.sequence - b.sequence);
}

/** The attempts of a call on one line of time: how long each took, and how long its client waited between them. */
export function Attempts({ attempts }: { attempts: readonly CallRecord[] }) {
  const [first] = attempts;
  const last = attempts.at(-1);
  if (!first || !last || attempts.length < 2) return null;
  const spanMs = Math.max(1, last.startedAt + last.durationMs - first.startedAt);
  const x = (ms: number) => ((ms - first.startedAt) / spanMs) * (WIDTH - LEAST);
  return (
    <section>
      <h3>
        {attempts.length} attempts in {spanMs.toLocaleString("en")} ms
      </h3>
      <svg class="attempts" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <line class="axis" x1={0} x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} />
        {attempts.map((call) => (
          <rect
            key={call.sequence}
            class={`is-${outcomeOf(call)}`}
            x={x(call.startedAt)}
            y={4}
            width={Math.max(LEAST, (call.durationMs / spanMs) * WIDTH)}
            height={HEIGHT - 8}
            rx={2}
          />
        ))}
      </svg>
      <ol class="attempt-list">
        {attempts.map((call, index) => {
          const before = attempts[index - 1];
          const waitMs = before && call.startedAt - before.startedAt - before.durationMs;
          return (
            <li key={call.sequence}>
              {waitMs !== undefined && (
                <span class="wait">waited {Math.max(0, Math.round(waitMs))} ms, then </span>
              )}
              <span class={`badge is-${outcomeOf(call)}`}>{wordOf(call)}</span> after{" "}
              {Math.round(call.durationMs)} ms
            </li>
          );
        })}
      </ol>
    </section>
  );
}
