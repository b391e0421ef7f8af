import { defineCheck } from "../check.ts";
import { attributesOf, functionNamed, nameOf, queuesWithFunctions } from "../evidence.ts";

const DEFAULT_VISIBILITY = "30";

export default defineCheck({
  id: "visibility-below-timeout",
  title: "A queue's visibility timeout is shorter than its function's timeout",
  why: "While the function still works on a message, the queue gives the message to another invocation: slow work is done twice. AWS refuses a mapping where it is shorter, and advises six times the function's timeout.",
  mend: "Set VisibilityTimeout to six times the function's timeout, plus the batching window.",
  *look({ resources }) {
    for (const { queue, functionName } of queuesWithFunctions(resources)) {
      const visibility = Number(attributesOf(queue)["VisibilityTimeout"] ?? DEFAULT_VISIBILITY);
      const timeout = functionNamed(resources, functionName)?.Timeout;
      if (timeout !== undefined && visibility < timeout)
        yield {
          where: queue.arn,
          what: `${nameOf(queue.arn)} shows a message again after ${visibility} s, ${functionName} may take ${timeout} s`,
        };
    }
  },
});
