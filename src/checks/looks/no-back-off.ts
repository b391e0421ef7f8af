import { defineCheck } from "../check.ts";
import { logicalCalls, once, stepOf } from "../evidence.ts";

/** Three gaps that are all shorter are no jitter. */
const SHORT_MS = 5;
const ENOUGH = 3;

export default defineCheck({
  id: "no-back-off",
  title: "A call is tried again at once, several times",
  why: "Retries without a back-off meet the same overload, and add to it: this is how a short outage becomes a long one.",
  mend: "Wait between attempts, longer each time, with jitter. The SDKs' standard mode does.",
  *look({ calls }) {
    yield* once(
      logicalCalls(calls).flatMap(({ attempts, first, last }) => {
        const gaps = attempts.flatMap(({ startedAt }, at) => {
          const before = attempts[at - 1];
          return before ? startedAt - before.startedAt - before.durationMs : [];
        });
        return gaps.length >= ENOUGH && gaps.every((gap) => gap < SHORT_MS)
          ? [
              {
                where: stepOf(first),
                what: `${attempts.length} attempts within ${last.startedAt - first.startedAt} ms`,
              },
            ]
          : [];
      }),
    );
  },
});
