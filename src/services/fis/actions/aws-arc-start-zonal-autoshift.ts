import { zoneOf } from "../../../aws/regions.ts";
import { parseDuration } from "../../../core/clock.ts";
import { ActionFailure, type ActionRun, type FisAction, type TargetResource } from "../action.ts";
import { DURATION } from "../catalogued/parameters.ts";

const ANY = "ANY";
const MINUTE_MS = 60_000;
/** What a load balancer's ARN says of its type, as the action calls it. */
const TYPES: Readonly<Record<string, string>> = { app: "ALB", net: "NLB" };

/** https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#arc-actions-reference */
const action: FisAction = {
  id: "aws:arc:start-zonal-autoshift",
  description: "Shift traffic of the target resources away from an Availability Zone.",
  how: "The load balancers send nothing more to targets in the zone, as long as they have others; with the end they do again.",
  targets: { ManagedResources: "aws:arc:zonal-shift-managed-resource" },
  // AWS's default could not be found: as of most actions (inferred).
  targetQuota: 5,
  parameters: {
    duration: DURATION,
    availabilityZoneIdentifier: {
      type: "string",
      description: "Zone that traffic moves away from, by name or id.",
      required: true,
    },
    managedResourceTypes: {
      type: "list",
      description: "Types of resources to shift.",
      values: ["ASG", "ALB", "NLB", "EKS"],
    },
    zonalAutoshiftStatus: {
      type: "string",
      description: "Only resources in this zonal autoshift status (default ENABLED).",
      values: ["ENABLED", "DISABLED", ANY],
    },
  },
  callsServices: true,
  start: shift,
  async settle({ arn, account }, run) {
    const options = { account: String(account) };
    const { items } = await run.call<{ items: { zonalShiftId: string; comment: string }[] }>(
      "arc-zonal-shift",
      "ListZonalShifts",
      { resourceIdentifier: arn, status: "ACTIVE" },
      options,
    );
    // One that somebody has canceled, or that is over, need not be.
    for (const { zonalShiftId } of items.filter(({ comment }) => comment === commentOf(run)))
      await run.call("arc-zonal-shift", "CancelZonalShift", { zonalShiftId }, options);
  },
};

export default action;

async function shift(run: ActionRun): Promise<undefined> {
  const { availabilityZoneIdentifier = "", duration, zonalAutoshiftStatus = "ENABLED" } = run.parameters;
  const zone = zoneOf(run.experiment.region, availabilityZoneIdentifier);
  if (!zone)
    throw new ActionFailure(`There is no Availability Zone ${availabilityZoneIdentifier} in this Region.`);
  const minutes = Math.max(1, Math.ceil((parseDuration(duration) ?? 0) / MINUTE_MS));
  const types = run.parameters["managedResourceTypes"]?.split(",").map((one) => one.trim());
  const meant: TargetResource[] = [];
  for (const target of run.targets("ManagedResources") ?? []) {
    if (types && !types.includes(TYPES[target.arn.split("/")[1] ?? ""] ?? "")) continue;
    const { zonalAutoshiftStatus: status } = await run.call<{ zonalAutoshiftStatus?: string }>(
      "arc-zonal-shift",
      "GetManagedResource",
      { resourceIdentifier: target.arn },
      { account: target.account },
    );
    if (zonalAutoshiftStatus === ANY || status === zonalAutoshiftStatus) meant.push(target);
  }
  if (meant.length === 0)
    throw new ActionFailure(
      `None of the targets is of the types that are asked for and has the zonal autoshift status ${zonalAutoshiftStatus}.`,
    );
  for (const { arn, account } of meant) {
    run.owe({ arn, account });
    // Longer than the action: what ends it is its end.
    const expiresIn = `${minutes + 1}m`;
    await run.call(
      "arc-zonal-shift",
      "StartZonalShift",
      { resourceIdentifier: arn, awayFrom: zone.id, expiresIn, comment: commentOf(run) },
      { account },
    );
  }
  return undefined;
}

const commentOf = ({ experiment }: ActionRun): string => `Started by AWS FIS, experiment ${experiment.id}.`;
