import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { defineResource, type TagDeclaration } from "../../aws/resource.ts";
import { type Tags, tagList } from "../../aws/tags.ts";
import { CONNECTION, listenerConnectionPoint, TARGET, targetPoint } from "./fault-points.ts";
import { balancerLifecycle } from "./lifecycle.ts";
import { type ListenerRecord, listeners } from "./listener.ts";
import { type LoadBalancerRecord, loadBalancers } from "./load-balancer.ts";
import { type RuleRecord, rules } from "./rule.ts";
import { type TargetGroupRecord, targetGroups } from "./target-group.ts";

const tagged = <V extends { readonly tags: Tags }>(): TagDeclaration<V> => ({
  of: ({ tags }) => tags,
  add: {
    operation: "AddTags",
    input: (arn, given) => ({ ResourceArns: [arn], Tags: tagList(given) }),
  },
  remove: {
    operation: "RemoveTags",
    input: (arn, keys) => ({ ResourceArns: [arn], TagKeys: [...keys] }),
  },
});

const ARN = "arn:{partition}:elasticloadbalancing:{region}:{account}:";
/** What a load balancer's ARN calls its type, and so do those of all that it has. */
const SHORT = { application: "app", network: "net" } as const;
const LISTENER = "{Type}/{LoadBalancerName}/{LoadBalancerId}/{ListenerId}";

/** How a listener and a rule are called: by what their load balancer is called, too. */
const namesOf = ({
  type,
  balancer,
  balancerId,
}: Pick<ListenerRecord, "type" | "balancer" | "balancerId">) => ({
  Type: SHORT[type],
  LoadBalancerName: balancer,
  LoadBalancerId: balancerId,
});

/** Elastic Load Balancing: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/ and https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html */
export default declareService({
  name: "elbv2",
  iam: { prefix: "elasticloadbalancing" },
  resources: {
    loadbalancer: defineResource<LoadBalancerRecord>({
      arn: `${ARN}loadbalancer/{Type}/{LoadBalancerName}/{LoadBalancerId}`,
      namedBy: { LoadBalancerArn: true, "LoadBalancerArns[]": true, "ResourceArns[]": true },
      fis: "aws:elasticloadbalancing:loadbalancer",
      fisAlso: {
        "aws:arc:zonal-shift-managed-resource": ({ attributes }) =>
          attributes["zonal_shift.config.enabled"] === "true",
      },
      cfn: "AWS::ElasticLoadBalancingV2::LoadBalancer",
      collection: loadBalancers,
      nameOf: ({ type, name, id }) => ({
        Type: SHORT[type],
        LoadBalancerName: name,
        LoadBalancerId: id,
      }),
      keyOf: ({ LoadBalancerName }) => (LoadBalancerName === undefined ? undefined : [LoadBalancerName]),
      tags: tagged<LoadBalancerRecord>(),
    }),
    targetgroup: defineResource<TargetGroupRecord>({
      arn: `${ARN}targetgroup/{TargetGroupName}/{TargetGroupId}`,
      namedBy: { TargetGroupArn: true, "TargetGroupArns[]": true, "ResourceArns[]": true },
      fis: "aws:elasticloadbalancing:targetgroup",
      cfn: "AWS::ElasticLoadBalancingV2::TargetGroup",
      collection: targetGroups,
      nameOf: ({ name, id }) => ({ TargetGroupName: name, TargetGroupId: id }),
      keyOf: ({ TargetGroupName }) => (TargetGroupName === undefined ? undefined : [TargetGroupName]),
      tags: tagged<TargetGroupRecord>(),
    }),
    listener: defineResource<ListenerRecord>({
      arn: `${ARN}listener/${LISTENER}`,
      namedBy: { ListenerArn: true, "ListenerArns[]": true, "ResourceArns[]": true },
      fis: "aws:elasticloadbalancing:listener",
      cfn: "AWS::ElasticLoadBalancingV2::Listener",
      collection: listeners,
      nameOf: (listener) => ({ ...namesOf(listener), ListenerId: listener.id }),
      keyOf: ({ LoadBalancerName, ListenerId }) =>
        LoadBalancerName === undefined || ListenerId === undefined
          ? undefined
          : [LoadBalancerName, ListenerId],
      tags: tagged<ListenerRecord>(),
    }),
    "listener-rule": defineResource<RuleRecord>({
      arn: `${ARN}listener-rule/${LISTENER}/{RuleId}`,
      namedBy: {
        RuleArn: true,
        "RuleArns[]": true,
        "RulePriorities[].RuleArn": true,
        "ResourceArns[]": true,
      },
      fis: "aws:elasticloadbalancing:listener-rule",
      cfn: "AWS::ElasticLoadBalancingV2::ListenerRule",
      collection: rules,
      nameOf: (rule) => ({ ...namesOf(rule), ListenerId: rule.listener, RuleId: rule.id }),
      keyOf: ({ LoadBalancerName, ListenerId, RuleId }) =>
        LoadBalancerName === undefined || ListenerId === undefined || RuleId === undefined
          ? undefined
          : [LoadBalancerName, ListenerId, RuleId],
      tags: tagged<RuleRecord>(),
    }),
  },
  faultPoints: {
    [CONNECTION]: listenerConnectionPoint,
    [TARGET]: targetPoint,
    ...lifecyclePoint(balancerLifecycle),
  },
  dataPlane: { name: "alb", operations: ["Request"] },
});
