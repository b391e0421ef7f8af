import type { Place } from "../../aws/arn-template.ts";
import type { Tags } from "../../aws/tags.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as ELB from "../../models/generated/elbv2.ts";
import { readArn, targetGroupArn } from "./arns.ts";
import { noTargetGroup, targetGroupsNotFound } from "./errors.ts";

/** How the targets of a group are looked after. */
export interface HealthCheck {
  readonly isEnabled: boolean;
  readonly protocol: string;
  /** `traffic-port`, or a number. */
  readonly port: string;
  readonly path?: string | undefined;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyCount: number;
  readonly unhealthyCount: number;
  /** Codes of HTTP, as they are given: `200-299`. */
  readonly codes?: string | undefined;
}

/** A target group as it is kept, by its name. */
export interface TargetGroupRecord {
  readonly name: string;
  readonly id: string;
  readonly targetType: "instance" | "ip" | "lambda" | "alb";
  /** None for a function. */
  readonly protocol?: string;
  readonly protocolVersion?: string;
  readonly port?: number;
  readonly vpcId?: string;
  readonly ipAddressType: string;
  readonly check: HealthCheck;
  /** Those that are not as at first. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Tags;
}

export const targetGroups = defineCollection<TargetGroupRecord>({ name: "target-groups" });

export const isHttp = (protocol: string | undefined): boolean => protocol === "HTTP" || protocol === "HTTPS";

/** The target group of an ARN; undefined when there is none. */
export function lookUpTargetGroup(
  arn: string,
  { account, region, store }: Place & { readonly store: Store },
): TargetGroupRecord | undefined {
  const { kind, parts } = readArn(arn) ?? {};
  const group = kind === "targetgroup" ? store.collection(targetGroups).get([parts?.[0] ?? ""]) : undefined;
  return group && targetGroupArn({ account, region }, group) === arn ? group : undefined;
}

/** @throws TargetGroupNotFound */
export function findTargetGroup(arn: string, at: Place & { readonly store: Store }): TargetGroupRecord {
  const group = lookUpTargetGroup(arn, at);
  if (!group) throw readArn(arn)?.kind === "targetgroup" ? targetGroupsNotFound([arn]) : noTargetGroup();
  return group;
}

export const saveTargetGroup = (
  group: TargetGroupRecord,
  { store }: { readonly store: Store },
): TargetGroupRecord => {
  store.collection(targetGroups).put([group.name], group);
  return group;
};

/** @param balancers ARNs of the load balancers that forward to it */
export function describeTargetGroup(
  group: TargetGroupRecord,
  place: Place,
  balancers: readonly string[],
): ELB.TargetGroup {
  const { check } = group;
  const isFunction = group.targetType === "lambda";
  return {
    TargetGroupArn: targetGroupArn(place, group),
    TargetGroupName: group.name,
    ...(!isFunction && {
      Protocol: group.protocol ?? "",
      Port: group.port ?? 0,
      VpcId: group.vpcId ?? "",
      HealthCheckProtocol: check.protocol,
      HealthCheckPort: check.port,
    }),
    HealthCheckEnabled: check.isEnabled,
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyCount,
    UnhealthyThresholdCount: check.unhealthyCount,
    ...(check.path !== undefined && { HealthCheckPath: check.path }),
    ...(check.codes !== undefined && { Matcher: matcherOf(group, check.codes) }),
    LoadBalancerArns: [...balancers],
    TargetType: group.targetType,
    ...(group.protocolVersion !== undefined && { ProtocolVersion: group.protocolVersion }),
    IpAddressType: group.ipAddressType,
  };
}

const matcherOf = ({ protocolVersion }: TargetGroupRecord, codes: string): ELB.Matcher =>
  protocolVersion === "GRPC" ? { GrpcCode: codes } : { HttpCode: codes };
