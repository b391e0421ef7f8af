import { defineCheck } from "../check.ts";
import { attributesOf, nameOf, queuesWithFunctions } from "../evidence.ts";

export default defineCheck({
  id: "dead-letter-queue-missing",
  title: "A queue that a function reads has no dead-letter queue",
  why: "A message that the function cannot process comes again and again until the queue's retention ends, four days by default, and is then lost without a trace. In a FIFO queue it holds up its group meanwhile.",
  mend: "Give the queue a RedrivePolicy with a dead-letter queue and a maxReceiveCount of 3 to 5, and an alarm on it.",
  *look({ resources }) {
    for (const { queue, functionName } of queuesWithFunctions(resources)) {
      if (attributesOf(queue)["RedrivePolicy"] === undefined)
        yield {
          where: queue.arn,
          what: `${nameOf(queue.arn)} is read by ${functionName}, and has no RedrivePolicy`,
        };
    }
  },
});
