import { zoneOf } from "../../aws/regions.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Context } from "../../core/service.ts";
import type * as ARC from "../../models/generated/arc-zonal-shift.ts";
import type * as ELB from "../../models/generated/elbv2.ts";
import { resourceNotFound } from "./errors.ts";
import { autoshiftStatus, practiceRunOf } from "./practice-run.ts";
import { isActive, type ShiftRecord, shiftsOf } from "./shift.ts";

type Answer<T> = T & Record<string, unknown>;

/** A load balancer whose traffic may be shifted: one with `zonal_shift.config.enabled`. */
export interface ManagedResource {
  readonly arn: string;
  readonly name: string;
  /** Ids of its zones. */
  readonly zones: readonly string[];
}

/** https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-shift.resource-types.html: load balancers of Squall's own */
export async function managedResources(ctx: Context): Promise<ManagedResource[]> {
  const found: ManagedResource[] = [];
  let Marker: string | undefined;
  do {
    const { LoadBalancers = [], NextMarker } = await ctx.call<Answer<ELB.DescribeLoadBalancersOutput>>(
      "elbv2",
      "DescribeLoadBalancers",
      { ...(Marker !== undefined && { Marker }) },
    );
    for (const balancer of LoadBalancers)
      if (await isManaged(balancer, ctx)) found.push(managed(balancer, ctx));
    Marker = NextMarker;
  } while (Marker !== undefined);
  return found;
}

/** @throws ResourceNotFoundException */
export async function findManaged(arn: string, ctx: Context): Promise<ManagedResource> {
  const [balancer] = await balancersOf(arn, ctx);
  if (!balancer || !(await isManaged(balancer, ctx))) throw resourceNotFound(arn);
  return managed(balancer, ctx);
}

async function balancersOf(arn: string, ctx: Context): Promise<ELB.LoadBalancer[]> {
  const { LoadBalancers = [] } = await ctx
    .call<Answer<ELB.DescribeLoadBalancersOutput>>("elbv2", "DescribeLoadBalancers", {
      LoadBalancerArns: [arn],
    })
    .catch((error: unknown): ELB.DescribeLoadBalancersOutput => {
      if (error instanceof AwsError && error.code.startsWith("LoadBalancerNotFound")) return {};
      throw error;
    });
  return LoadBalancers;
}

async function isManaged({ LoadBalancerArn }: ELB.LoadBalancer, ctx: Context): Promise<boolean> {
  const { Attributes = [] } = await ctx.call<Answer<ELB.DescribeLoadBalancerAttributesOutput>>(
    "elbv2",
    "DescribeLoadBalancerAttributes",
    { LoadBalancerArn },
  );
  return Attributes.some(({ Key, Value }) => Key === "zonal_shift.config.enabled" && Value === "true");
}

const managed = (
  { LoadBalancerArn: arn = "", LoadBalancerName: name = "", AvailabilityZones = [] }: ELB.LoadBalancer,
  { region }: Context,
): ManagedResource => ({
  arn,
  name,
  zones: AvailabilityZones.map(({ ZoneName = "" }) => zoneOf(region, ZoneName)?.id ?? ZoneName),
});

/** What stands for a resource now. */
export function standing(resource: ManagedResource, ctx: Context) {
  const nowMs = ctx.clock.now();
  const shifts = shiftsOf(resource.arn, ctx.store).filter((shift) => isActive(shift, nowMs));
  const practice = practiceRunOf(resource.arn, ctx);
  return {
    appliedWeights: Object.fromEntries(
      resource.zones.map((zone) => [zone, shifts.some(({ awayFrom }) => awayFrom === zone) ? 0 : 1]),
    ),
    zonalShifts: shifts.map(inResource),
    autoshifts: [],
    zonalAutoshiftStatus: autoshiftStatus(practice),
  };
}

const inResource = (shift: ShiftRecord): ARC.ZonalShiftInResource => ({
  appliedStatus: "APPLIED",
  zonalShiftId: shift.id,
  resourceIdentifier: shift.resource,
  awayFrom: shift.awayFrom,
  expiryTime: new Date(shift.expiresMs),
  startTime: new Date(shift.startedMs),
  comment: shift.comment,
  shiftType: shift.type,
});
