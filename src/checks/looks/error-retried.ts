import { defineCheck } from "../check.ts";
import { hasFailed, isRetryable, logicalCalls, once, stepOf } from "../evidence.ts";
import { isTransient } from "../retry-class.ts";

export default defineCheck({
  id: "error-retried",
  title: "An error that stays the same is tried again",
  why: "A request that is wrong is wrong the second time, too. Trying it again costs time and quota, and hides the fault.",
  mend: "Retry only what AWS calls retryable: 5xx, throttling, broken connections. The SDKs' standard mode does.",
  *look({ calls }) {
    yield* once(
      logicalCalls(calls).flatMap(({ attempts }) =>
        attempts.slice(0, -1).flatMap((call) =>
          hasFailed(call) && !isRetryable(call) && !isTransient(call.errorCode)
            ? [
                {
                  where: stepOf(call),
                  what: `${call.status} ${call.errorCode ?? ""} was tried again`.replace("  ", " "),
                },
              ]
            : [],
        ),
      ),
    );
  },
});
