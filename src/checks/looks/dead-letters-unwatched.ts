import { defineCheck } from "../check.ts";
import { attributesOf, nameOf, ofType } from "../evidence.ts";

export default defineCheck({
  id: "dead-letters-unwatched",
  title: "Nobody is told of messages in a dead-letter queue",
  why: "A dead-letter queue keeps what failed, for a time. Without an alarm nobody looks before its retention ends.",
  mend: "Put an alarm on ApproximateNumberOfMessagesVisible of the dead-letter queue, above 0.",
  *look({ resources }) {
    const alarms = resources.filter(({ service, type }) => service === "cloudwatch" && type === "alarm");
    const targets = new Set(
      ofType(resources, "sqs", "queue").flatMap((queue) => {
        const policy = attributesOf(queue)["RedrivePolicy"];
        const arn = /"deadLetterTargetArn":"([^"]+)"/.exec(policy ?? "")?.[1];
        return arn ? [nameOf(arn)] : [];
      }),
    );
    for (const name of targets) {
      if (!alarms.some(({ text }) => text.includes(`"${name}"`)))
        yield { where: `sqs:${name}`, what: `${name} is a dead-letter queue, and no alarm watches it` };
    }
  },
});
