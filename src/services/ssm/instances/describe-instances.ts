import { page } from "../../../aws/page.ts";
import type { Handlers } from "../../../core/service.ts";
import type * as SSM from "../../../models/generated/ssm.ts";
import type { RunningInstance } from "../../../processes/running-instances.ts";
import { invalidFilterKey, invalidNextToken } from "../errors.ts";
import { describeInstance, managedInstances } from "./instance.ts";

const PAGE_SIZE = 50;

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html and its neighbours */
export const describeInstances: Handlers<SSM.Operations> = {
  DescribeInstanceInformation(input, ctx) {
    const { NextToken: token, MaxResults: size = PAGE_SIZE, ...query } = input;
    const wanted = managedInstances(ctx).filter((instance) => isWanted(instance, input));
    const { items, nextToken } = page(wanted, ({ id }) => [id], {
      size,
      token,
      query,
      refuse: invalidNextToken,
    });
    return {
      InstanceInformationList: items.map((instance) => describeInstance(instance, ctx.clock.now())),
      ...(nextToken && { NextToken: nextToken }),
    };
  },
};

function isWanted(instance: RunningInstance, input: SSM.DescribeInstanceInformationRequest): boolean {
  const filters = [
    ...(input.Filters ?? []).map(({ Key, Values }) => ({ key: Key, values: Values })),
    ...(input.InstanceInformationFilterList ?? []).map(({ key, valueSet }) => ({ key, values: valueSet })),
  ];
  return filters.every(({ key, values }) => {
    const tag = /^tag:(.+)$/.exec(key)?.[1];
    if (tag !== undefined) return values.includes(instance.tags()[tag] ?? "");
    switch (key) {
      case "InstanceIds":
        return values.includes(instance.id);
      case "PingStatus":
        return values.includes("Online");
      case "PlatformTypes":
        return values.includes("Linux");
      case "ResourceType":
        return values.includes("EC2Instance");
      case "IamRole":
        return values.includes(instance.role.split("/").at(-1) ?? "");
      case "tag-key":
        return values.some((value) => Object.hasOwn(instance.tags(), value));
      default:
        throw invalidFilterKey(`Squall does not serve the filter key ${key}.`);
    }
  });
}
