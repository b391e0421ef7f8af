import { aBalancer, aListener, aRule, aTargetGroup } from "../lists/elbv2.ts";
import type { TaggedCase } from "../tagged.ts";

const service = "elbv2";

export const tagged: readonly TaggedCase[] = [
  { service, type: "loadbalancer", create: aBalancer },
  { service, type: "targetgroup", create: aTargetGroup },
  { service, type: "listener", create: aListener },
  {
    service,
    type: "listener-rule",
    create: async (call, name) => aRule(call, await aListener(call, name), 1),
  },
];
