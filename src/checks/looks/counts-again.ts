import { defineCheck } from "../check.ts";
import { once, stepOf } from "../evidence.ts";

/** `ADD n :one`, `SET n = n + :one`, `SET l = list_append(l, :x)` */
const GROWS = /\bADD\b|=\s*(?:if_not_exists\([^)]*\)|[\w.#[\]]+)\s*[+-]|\blist_append\s*\(/i;

export default defineCheck({
  id: "counts-again",
  title: "A write that is made twice counts twice",
  why: "An SDK tries again when an answer is lost, and queues deliver at least once. ADD, n = n + 1 and list_append then happen twice.",
  mend: "Write it under a condition that holds once (a marker of the event in the same transaction), or in TransactWriteItems with a ClientRequestToken.",
  *look({ calls }) {
    yield* once(
      calls.flatMap((call) => {
        const { service, operation, input, status } = call;
        if (service !== "dynamodb" || operation !== "UpdateItem" || status !== 200) return [];
        const expression = input["UpdateExpression"];
        if (
          typeof expression !== "string" ||
          !GROWS.test(expression) ||
          input["ConditionExpression"] !== undefined
        )
          return [];
        return [{ where: stepOf(call), what: `${expression} without a condition` }];
      }),
    );
  },
});
