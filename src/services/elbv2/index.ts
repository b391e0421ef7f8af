import type { Service, ServiceFactory } from "../../core/service.ts";
import { targetGroupArn } from "./arns.ts";
import { limitHandlers } from "./limits.ts";
import { listenerHandlers } from "./listeners.ts";
import { describeBalancer, type LoadBalancerRecord } from "./load-balancer.ts";
import { balancerHandlers } from "./load-balancers.ts";
import { ruleHandlers } from "./rules.ts";
import { Balancers } from "./running/balancers.ts";
import { loadBalancerPlane } from "./running/data-plane.ts";
import { sslPolicyHandlers } from "./ssl-policies.ts";
import { tags } from "./tags.ts";
import { describeTargetGroup, type TargetGroupRecord } from "./target-group.ts";
import { targetGroupHandlers } from "./target-groups.ts";
import { targetHandlers } from "./targets.ts";
import { balancersOfGroup } from "./usage.ts";

/** Elastic Load Balancing, of application and network load balancers: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/ */
const elbv2: ServiceFactory = (host): Service => {
  const balancers = new Balancers(host);
  return {
    name: "elbv2",
    operations: {
      ...balancerHandlers(balancers),
      ...targetGroupHandlers(balancers),
      ...targetHandlers(balancers),
      ...listenerHandlers(balancers),
      ...ruleHandlers,
      ...limitHandlers,
      ...sslPolicyHandlers,
      ...tags,
      ...balancers.requests.operations,
    },
    dataPlane: loadBalancerPlane(host, balancers.proxy),
    describe: {
      loadbalancer: (balancer: LoadBalancerRecord, place) => ({ ...describeBalancer(balancer, place, host) }),
      targetgroup(group: TargetGroupRecord, place) {
        const at = { ...place, store: host.store(place.account, place.region) };
        return { ...describeTargetGroup(group, place, balancersOfGroup(targetGroupArn(place, group), at)) };
      },
    },
    resolve: (question) => balancers.resolve(question),
    start: () => balancers.resume(),
    stop: () => balancers.stop(),
  };
};

export default elbv2;
