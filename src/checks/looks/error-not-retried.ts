import { defineCheck } from "../check.ts";
import { isRetryable, logicalCalls, once, stepOf } from "../evidence.ts";

export default defineCheck({
  id: "error-not-retried",
  title: "What AWS calls retryable was tried once",
  why: "503s, throttles and broken connections happen every day on AWS. A client without retries passes each of them on.",
  mend: "Leave the SDK's retries on (maxAttempts 3 in standard mode), or retry with a back-off of your own.",
  *look({ calls }) {
    yield* once(
      logicalCalls(calls.filter(({ isInternal }) => !isInternal)).flatMap(({ attempts, last }) =>
        attempts.length === 1 &&
        isRetryable(last) &&
        !/^(?:execute-api|lambda-url|s3-web)$/.test(last.service)
          ? [
              {
                where: stepOf(last),
                what: `${last.dropped ?? last.status} ${last.errorCode ?? ""} was tried once`.replace(
                  "  ",
                  " ",
                ),
              },
            ]
          : [],
      ),
    );
  },
});
