import { type AttributeRules, YES_OR_NO } from "./attributes.ts";
import { isHttp, type TargetGroupRecord } from "./target-group.ts";

const NO = { first: "false", takes: YES_OR_NO } as const;
const YES = { first: "true", takes: YES_OR_NO } as const;
const SHARE = /^(?:off|[1-9]\d?|100)$/;
const CROSS_ZONE = {
  first: "use_load_balancer_configuration",
  takes: ["true", "false", "use_load_balancer_configuration"],
} as const;

const HEALTH: AttributeRules = {
  "target_group_health.dns_failover.minimum_healthy_targets.count": {
    first: "1",
    takes: /^(?:off|[1-9]\d*)$/,
  },
  "target_group_health.dns_failover.minimum_healthy_targets.percentage": { first: "off", takes: SHARE },
  "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": {
    first: "1",
    takes: /^[1-9]\d*$/,
  },
  "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": {
    first: "off",
    takes: SHARE,
  },
};
const DELAY: AttributeRules = {
  "deregistration_delay.timeout_seconds": { first: "300", takes: [0, 3600] },
};

const OF_HTTP: AttributeRules = {
  ...DELAY,
  "stickiness.enabled": NO,
  "stickiness.type": { first: "lb_cookie", takes: ["lb_cookie", "app_cookie"] },
  "stickiness.lb_cookie.duration_seconds": { first: "86400", takes: [1, 604_800] },
  "stickiness.app_cookie.cookie_name": { first: "", takes: /^(?!AWSALB(?:APP|TG)?$)[^\s;,"\\]*$/ },
  "stickiness.app_cookie.duration_seconds": { first: "86400", takes: [1, 604_800] },
  "slow_start.duration_seconds": { first: "0", takes: /^(?:0|[3-9]\d|[1-8]\d\d|900)$/ },
  "load_balancing.algorithm.type": {
    first: "round_robin",
    takes: ["round_robin", "least_outstanding_requests", "weighted_random"],
  },
  "load_balancing.algorithm.anomaly_mitigation": { first: "off", takes: ["on", "off"] },
  "load_balancing.cross_zone.enabled": CROSS_ZONE,
  ...HEALTH,
};

const OF_LAMBDA: AttributeRules = { "lambda.multi_value_headers.enabled": NO };

const OF_TCP: AttributeRules = {
  ...DELAY,
  "deregistration_delay.connection_termination.enabled": NO,
  "preserve_client_ip.enabled": NO,
  "proxy_protocol_v2.enabled": NO,
  "stickiness.enabled": NO,
  "stickiness.type": { first: "source_ip", takes: ["source_ip"] },
  "load_balancing.cross_zone.enabled": CROSS_ZONE,
  "target_health_state.unhealthy.connection_termination.enabled": YES,
  "target_health_state.unhealthy.draining_interval_seconds": { first: "0", takes: [0, 360_000] },
  ...HEALTH,
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html */
export function attributesOf({ targetType, protocol }: TargetGroupRecord): AttributeRules {
  if (targetType === "lambda") return OF_LAMBDA;
  return isHttp(protocol) ? OF_HTTP : OF_TCP;
}

/** The value that an attribute of a target group has. */
export const attributeOfGroup = (group: TargetGroupRecord, key: string): string =>
  group.attributes[key] ?? attributesOf(group)[key]?.first ?? "";
