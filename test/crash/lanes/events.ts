import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
} from "@aws-sdk/client-eventbridge";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default (bed: Bed): Lane[] => [rules(bed)];

function rules({ options }: Bed): Lane {
  const events = new EventBridgeClient(options);
  const acknowledged = new Acknowledged("events");
  const EventPattern = JSON.stringify({ source: ["shop"] });
  return {
    name: "events",
    setup: async () => {},
    write: async (n) => {
      await events.send(new PutRuleCommand({ Name: `rule-${n}`, EventPattern }));
      acknowledged.add(`rule-${n}`);
    },
    verify: () =>
      acknowledged.verify(
        async (Name) => (await events.send(new DescribeRuleCommand({ Name }))).EventPattern === EventPattern,
        (Name) => events.send(new DeleteRuleCommand({ Name })),
      ),
  };
}
