import { zoneOf } from "../../../aws/regions.ts";
import type { Context, Handlers } from "../../../core/service.ts";
import type * as EC2 from "../../../models/generated/ec2.ts";
import { pageBy } from "../describing.ts";
import { type FilterPaths, filtering } from "../filters.ts";
import { all } from "../kind.ts";
import { describeState, type InstanceRecord, instances } from "./instance.ts";
import { findAll } from "./instances.ts";

/** How long AWS checks an instance after its start before it says how it is, about. */
const CHECKED_AFTER_MS = 120_000;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html */
export const instanceStatus: Handlers<EC2.Operations> = {
  DescribeInstanceStatus(input, ctx) {
    const named = input.InstanceIds?.length ? findAll(input.InstanceIds, ctx) : all(instances, ctx);
    const described = named
      .filter(({ state }) => input.IncludeAllInstances || state === "running")
      .map((instance) => describeStatus(instance, ctx))
      .filter(filtering(input.Filters, FILTERS));
    const { items, nextToken } = pageBy(
      described,
      ({ InstanceId }) => InstanceId ?? "",
      input,
      ctx.operation,
    );
    return { InstanceStatuses: items, NextToken: nextToken };
  },
};

function describeStatus(instance: InstanceRecord, { region, host, clock }: Context): EC2.InstanceStatus {
  const isChecked = host.timings === "instant" || clock.now() >= instance.launchedMs + CHECKED_AFTER_MS;
  const isRunning = instance.state === "running";
  const status: EC2.InstanceStatusSummary = {
    Status: isRunning ? (isChecked ? "ok" : "initializing") : "not-applicable",
    ...(isRunning && {
      Details: [{ Name: "reachability", Status: isChecked ? "passed" : "initializing" }],
    }),
  };
  return {
    InstanceId: instance.id,
    AvailabilityZone: instance.zone,
    AvailabilityZoneId: zoneOf(region, instance.zone)?.id ?? "",
    InstanceState: describeState(instance.state),
    InstanceStatus: status,
    SystemStatus: status,
    AttachedEbsStatus: status as EC2.EbsStatusSummary,
    Operator: { Managed: false },
  };
}

const FILTERS: FilterPaths<EC2.InstanceStatus> = {
  "attached-ebs-status.status": "AttachedEbsStatus.Status",
  "availability-zone": "AvailabilityZone",
  "availability-zone-id": "AvailabilityZoneId",
  "event.code": "Events.Code",
  "instance-state-code": "InstanceState.Code",
  "instance-state-name": "InstanceState.Name",
  "instance-status.reachability": "InstanceStatus.Details.Status",
  "instance-status.status": "InstanceStatus.Status",
  "system-status.reachability": "SystemStatus.Details.Status",
  "system-status.status": "SystemStatus.Status",
};
