import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "xray",
    type: "group",
    async create(call, GroupName) {
      const { Group } = await call("CreateGroup", { GroupName });
      return (Group as { GroupARN: string }).GroupARN;
    },
  },
  {
    service: "xray",
    type: "sampling-rule",
    async create(call, RuleName) {
      const SamplingRule = {
        RuleName,
        ...{ ResourceARN: "*", ServiceName: "*", ServiceType: "*", Host: "*", HTTPMethod: "*", URLPath: "*" },
        ...{ Priority: 1, FixedRate: 0.5, ReservoirSize: 1, Version: 1 },
      };
      const { SamplingRuleRecord } = await call("CreateSamplingRule", { SamplingRule });
      return (SamplingRuleRecord as { SamplingRule: { RuleARN: string } }).SamplingRule.RuleARN;
    },
  },
];
