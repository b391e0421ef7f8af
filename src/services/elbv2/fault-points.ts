import { connectionPoint } from "../../aws/connection-point.ts";

/** Where rules act on connections to a listener's own port. */
export const CONNECTION = "elbv2:connection";

export const listenerConnectionPoint = connectionPoint(
  "a listener at its own address. `resource` is the ARN of its load balancer, `input` has `LoadBalancerArn`, `ListenerArn` and `Port`.",
);
