import { durationText, momentOf } from "../duration.ts";
import type { Experiment } from "./experiment.ts";

const WIDTH = 600;
const ROW = 26;

/** With a tenth of a second where whole ones would say the same of two places. */
const shortText = (ms: number): string => (ms < 10_000 ? `${(ms / 1000).toFixed(1)}s` : durationText(ms));

/** The actions of an experiment as bars over time. */
export function Timeline({ experiment, nowMs }: { experiment: Experiment; nowMs: number }) {
  const startMs = momentOf(experiment.startTime) ?? nowMs;
  const actions = Object.entries(experiment.actions).map(([name, action]) => ({
    name,
    action,
    fromMs: momentOf(action.startTime),
    toMs: momentOf(action.endTime),
  }));
  const endMs = Math.max(
    momentOf(experiment.endTime) ?? nowMs,
    ...actions.map(({ toMs }) => toMs ?? 0),
    startMs + 1000,
  );
  const spanMs = endMs - startMs;
  const x = (ms: number) => ((ms - startMs) / spanMs) * WIDTH;
  const height = actions.length * ROW;
  const words = actions.map(({ name, action }) => `${name}: ${action.state?.status ?? "pending"}`).join(", ");
  return (
    <figure class="timeline">
      <div class="timeline-names" aria-hidden="true">
        {actions.map(({ name, action }) => (
          <span key={name} title={action.actionId}>
            {name}
          </span>
        ))}
      </div>
      <svg
        height={height}
        viewBox={`0 0 ${WIDTH} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Actions over ${durationText(spanMs)}. ${words}`}
      >
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <line key={share} class="axis" x1={share * WIDTH} x2={share * WIDTH} y1={0} y2={height} />
        ))}
        {actions.map(({ name, action, fromMs, toMs }, index) =>
          fromMs === undefined ? null : (
            <rect
              key={name}
              class={`action is-${action.state?.status ?? "pending"}`}
              x={x(fromMs)}
              y={index * ROW + 4}
              width={Math.max(3, x(toMs ?? endMs) - x(fromMs))}
              height={ROW - 8}
              rx={3}
            />
          ),
        )}
      </svg>
      <figcaption>
        <span>0s</span>
        <span>{shortText(spanMs / 2)}</span>
        <span>{shortText(spanMs)}</span>
      </figcaption>
    </figure>
  );
}
