import { useEffect, useState } from "preact/hooks";
import { squallNow } from "../clock.ts";
import { useStore } from "../store.ts";
import { book } from "./book.ts";
import { OUTCOME_NAMES, OUTCOMES } from "./outcome.ts";
import { total } from "./seconds.ts";

const SECONDS = 60;
const WIDTH = 6;
const HEIGHT = 44;

/** The last minute, a bar a second, by how calls ended. */
export function Pulse() {
  useStore(book.changes);
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = book.seconds.last(SECONDS, squallNow());
  const most = Math.max(5, ...seconds.map(total));
  const sums = OUTCOMES.map((outcome) => seconds.reduce((sum, second) => sum + second[outcome], 0));
  const struck = seconds.reduce((sum, second) => sum + second.struck, 0);
  const words = OUTCOMES.map((outcome, at) => `${sums[at]} ${OUTCOME_NAMES[outcome]}`).join(", ");
  return (
    <div class="pulse">
      <svg
        class="pulse-bars"
        viewBox={`0 0 ${SECONDS * WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`The last minute: ${words}; ${struck} struck by a rule.`}
      >
        {seconds.map((second, index) => {
          let top = HEIGHT;
          return OUTCOMES.map((outcome) => {
            const height = (second[outcome] / most) * (HEIGHT - 2);
            if (height === 0) return null;
            top -= height;
            return (
              <rect
                key={`${index} ${outcome}`}
                class={`is-${outcome}`}
                x={index * WIDTH + 0.5}
                y={top}
                width={WIDTH - 1}
                height={height}
              />
            );
          });
        })}
      </svg>
      <dl class="legend">
        {OUTCOMES.map((outcome, at) => (
          <div key={outcome}>
            <dt>
              <i class={`dot is-${outcome}`} aria-hidden="true" /> {OUTCOME_NAMES[outcome]}
            </dt>
            <dd>{sums[at]?.toLocaleString("en")}</dd>
          </div>
        ))}
        <div>
          <dt>
            <i class="dot is-struck" aria-hidden="true" /> struck
          </dt>
          <dd>{struck.toLocaleString("en")}</dd>
        </div>
      </dl>
    </div>
  );
}
