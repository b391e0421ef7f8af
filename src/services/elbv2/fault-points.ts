import { connectionPoint } from "../../aws/connection-point.ts";
import type { FaultPoint } from "../../core/fault.ts";

/** Where rules act on connections to a listener's own port. */
export const CONNECTION = "elbv2:connection";

export const listenerConnectionPoint = connectionPoint(
  "a listener at its own address. `resource` is the ARN of its load balancer, `input` has `LoadBalancerArn`, `ListenerArn` and `Port`.",
);

/** Where rules act between load balancers and their targets. */
export const TARGET = "elbv2:target";

export const targetPoint: FaultPoint = {
  description:
    "What a load balancer sends to a target: a request or a connection (`Send`), a health check (`Check`). `resource` is the ARNs of the load balancer and the target group; `input` has `LoadBalancerArn`, `TargetGroupArn`, `TargetId`, `Port`, and `AvailabilityZone` and `SubnetId` where they are known. Functions are not among them: rules on Lambda strike those.",
  operations: ["Send", "Check"],
  effects: {
    unreachable: {
      description:
        "Nothing comes through: a request ends as 504 when the time for connecting is over, a connection is reset then, a check times out.",
      parameters: {},
    },
    refuse: {
      description: "The target refuses the connection: 502, a reset, a check that has failed.",
      parameters: {},
    },
  },
};
