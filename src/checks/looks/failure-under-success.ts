import { defineCheck } from "../check.ts";
import { isRetryable, logicalCalls, once, stepOf } from "../evidence.ts";

/** From here on nobody who waits hears of a failure. */
const HANDS_OVER = /^(?:sqs\.SendMessage|sns\.Publish|kinesis\.Put|events\.PutEvents|dynamodb\.)/;

export default defineCheck({
  id: "failure-under-success",
  title: "A call failed for good, and its caller answered that all is well",
  why: "Whoever asked believes that it was done. Nobody will do it again.",
  mend: "Answer with an error, or keep what failed (a queue, an outbox) before answering.",
  *look({ calls }) {
    const answered = new Map(
      calls
        .filter(({ service }) => service === "execute-api" || service === "lambda-url")
        .map((call) => [call.site, call.status]),
    );
    yield* once(
      logicalCalls(calls).flatMap(({ last, failedForGood }) => {
        if (!failedForGood || !isRetryable(last)) return [];
        const steps = last.site.split(" > ");
        for (let n = steps.length - 1; n > 0; n--) {
          const above = steps[n - 1] ?? "";
          if (HANDS_OVER.test(above)) return [];
          const status = answered.get(steps.slice(0, n).join(" > "));
          if (status !== undefined)
            return status < 400
              ? [
                  {
                    where: stepOf(last),
                    what: `${last.dropped ?? last.status} under a ${status} of ${above.replace(/[~#].*$/, "")}`,
                  },
                ]
              : [];
        }
        return [];
      }),
    );
  },
});
