import type { Context, Handlers } from "../../../core/service.ts";
import type * as EC2 from "../../../models/generated/ec2.ts";
import { describePage } from "../describing.ts";
import { missingParameter } from "../errors.ts";
import { once } from "../idempotency.ts";
import { find, look, save } from "../kind.ts";
import { instances } from "./instance.ts";
import { begin } from "./instances.ts";
import { launch } from "./launch.ts";
import { reservations } from "./reservation.ts";
import type { Hypervisor } from "./running/hypervisor.ts";
import { spotRequests } from "./spot-request.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestSpotInstances.html and its neighbours */
export const spotRequestOperations = (hypervisor: Hypervisor): Handlers<EC2.Operations> => ({
  RequestSpotInstances(input, ctx) {
    const { LaunchSpecification } = input;
    if (!LaunchSpecification) throw missingParameter("LaunchSpecification");
    const reservation = once(reservations, input, ctx, () => {
      const made = launch(requestFor(input, LaunchSpecification), ctx);
      for (const instance of made.launched) begin(instance, ctx, hypervisor);
      return made.reservation;
    });
    return {
      SpotInstanceRequests: reservation.instanceIds.flatMap((id) => {
        const request = look(spotRequests, look(instances, id, ctx)?.spotRequestId, ctx);
        return request ? [describeNew(request.id, ctx)] : [];
      }),
    };
  },

  DescribeSpotInstanceRequests(input, ctx) {
    const { items, nextToken } = describePage(spotRequests, input.SpotInstanceRequestIds, input, ctx);
    return { SpotInstanceRequests: items, NextToken: nextToken };
  },

  /** The instance goes on. */
  CancelSpotInstanceRequests({ SpotInstanceRequestIds }, ctx) {
    const found = SpotInstanceRequestIds.map((id) => find(spotRequests, id, ctx));
    for (const request of found) {
      if (request.state === "closed") continue;
      save(
        spotRequests,
        {
          ...request,
          state: "cancelled",
          statusCode:
            look(instances, request.instanceId, ctx)?.state === "running"
              ? "request-canceled-and-instance-running"
              : request.statusCode,
          updatedMs: ctx.clock.now(),
        },
        ctx,
      );
    }
    return {
      CancelledSpotInstanceRequests: found.map(({ id, state }) => ({
        SpotInstanceRequestId: id,
        State: state === "closed" ? ("closed" as const) : ("cancelled" as const),
      })),
    };
  },
});

/** It is answered before it is fulfilled. */
function describeNew(id: string, ctx: Context): EC2.SpotInstanceRequest {
  const { InstanceId: _, ...described } = spotRequests.describe(find(spotRequests, id, ctx), ctx);
  return {
    ...described,
    State: "open",
    Status: {
      Code: "pending-evaluation",
      Message: "Your Spot request has been submitted for review, and is pending evaluation.",
      UpdateTime: described.CreateTime ?? new Date(ctx.clock.now()),
    },
  };
}

function requestFor(
  input: EC2.RequestSpotInstancesRequest,
  { Placement, BlockDeviceMappings, ...specification }: EC2.RequestSpotLaunchSpecification,
): EC2.RunInstancesRequest {
  const count = input.InstanceCount ?? 1;
  return {
    ...specification,
    MinCount: count,
    MaxCount: count,
    ...(Placement && { Placement: Placement as EC2.Placement }),
    ...(BlockDeviceMappings && { BlockDeviceMappings }),
    ...(input.TagSpecifications && { TagSpecifications: input.TagSpecifications }),
    InstanceMarketOptions: {
      MarketType: "spot",
      SpotOptions: {
        ...(input.SpotPrice !== undefined && { MaxPrice: input.SpotPrice }),
        ...(input.ValidUntil && { ValidUntil: input.ValidUntil }),
        SpotInstanceType: input.Type ?? "one-time",
        InstanceInterruptionBehavior: input.InstanceInterruptionBehavior ?? "terminate",
      },
    },
  };
}
