import type { BalancerType } from "./arns.ts";
import { type AttributeRules, YES_OR_NO } from "./attributes.ts";

const NO = { first: "false", takes: YES_OR_NO } as const;
const logs = (of: string): AttributeRules => ({
  [`${of}.s3.enabled`]: NO,
  [`${of}.s3.bucket`]: { first: "" },
  [`${of}.s3.prefix`]: { first: "" },
});

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html */
export const BALANCER_ATTRIBUTES: Readonly<Record<BalancerType, AttributeRules>> = {
  application: {
    ...logs("access_logs"),
    "idle_timeout.timeout_seconds": { first: "60", takes: [1, 4000] },
    "deletion_protection.enabled": NO,
    "routing.http2.enabled": { first: "true", takes: YES_OR_NO },
    "routing.http.drop_invalid_header_fields.enabled": NO,
    "routing.http.xff_client_port.enabled": NO,
    "routing.http.preserve_host_header.enabled": NO,
    "routing.http.xff_header_processing.mode": { first: "append", takes: ["append", "preserve", "remove"] },
    "load_balancing.cross_zone.enabled": { first: "true", takes: ["true"] },
    "routing.http.desync_mitigation_mode": {
      first: "defensive",
      takes: ["defensive", "strictest", "monitor"],
    },
    "client_keep_alive.seconds": { first: "3600", takes: [60, 604_800] },
    "waf.fail_open.enabled": NO,
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": NO,
    "zonal_shift.config.enabled": NO,
    ...logs("connection_logs"),
    ...logs("health_check_logs"),
    "ipv6.deny_all_igw_traffic": NO,
  },
  network: {
    ...logs("access_logs"),
    "deletion_protection.enabled": NO,
    "load_balancing.cross_zone.enabled": NO,
    "dns_record.client_routing_policy": {
      first: "any_availability_zone",
      takes: ["any_availability_zone", "availability_zone_affinity", "partial_availability_zone_affinity"],
    },
    "zonal_shift.config.enabled": NO,
    "ipv6.deny_all_igw_traffic": NO,
    "secondary_ips.auto_assigned.per_subnet": { first: "0", takes: [0, 7] },
  },
};

/** The value that an attribute of a load balancer has. */
export const attributeOf = (
  {
    type,
    attributes,
  }: { readonly type: BalancerType; readonly attributes: Readonly<Record<string, string>> },
  key: string,
): string => attributes[key] ?? BALANCER_ATTRIBUTES[type][key]?.first ?? "";
