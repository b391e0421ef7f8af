import { byId, type Call, type ListCase } from "../lists.ts";
import { aBalancer, elbOf } from "./elbv2.ts";

const paged = {
  service: "arc-zonal-shift",
  size: "maxResults",
  token: "nextToken",
  next: "nextToken",
  items: "items",
} as const;

/** A load balancer whose traffic may be shifted. */
async function managed(call: Call, name: string): Promise<string> {
  const elb = elbOf(call);
  const LoadBalancerArn = await aBalancer(elb, name);
  await elb("ModifyLoadBalancerAttributes", {
    LoadBalancerArn,
    Attributes: [{ Key: "zonal_shift.config.enabled", Value: "true" }],
  });
  return LoadBalancerArn;
}

export const lists: readonly ListCase[] = [
  {
    ...paged,
    operation: "ListManagedResources",
    ...byId(managed, (call, LoadBalancerArn) => call("DeleteLoadBalancer", { LoadBalancerArn }, "elbv2")),
    nameOf: ({ name }: { name: string }) => name,
  },
  {
    ...paged,
    operation: "ListZonalShifts",
    async add(call, comment) {
      const resourceIdentifier = await managed(call, comment);
      const { appliedWeights } = await call("GetManagedResource", { resourceIdentifier });
      const [awayFrom] = Object.keys(appliedWeights as object);
      return call("StartZonalShift", { resourceIdentifier, awayFrom, expiresIn: "1h", comment });
    },
    nameOf: ({ comment }: { comment: string }) => comment,
  },
];
