import type { Place } from "../../aws/arn-template.ts";
import { stateOf, type Transition } from "../../aws/lifecycle.ts";
import type { Tags } from "../../aws/tags.ts";
import type { ServiceHost } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as ELB from "../../models/generated/elbv2.ts";
import { addressOf } from "../../processes/endpoint.ts";
import { type BalancerType, balancerArn, readArn } from "./arns.ts";
import { loadBalancerNotFound } from "./errors.ts";
import { balancerLifecycle } from "./lifecycle.ts";

/** A zone that a load balancer is in. */
export interface ZoneOfBalancer {
  readonly zone: string;
  readonly subnetId: string;
  readonly allocationId?: string;
  readonly privateAddress?: string;
}

/** A load balancer as it is kept, by its name. */
export interface LoadBalancerRecord {
  readonly name: string;
  readonly id: string;
  readonly type: BalancerType;
  /** The first label of its host name: `web-1234567890`. */
  readonly label: string;
  readonly isInternal: boolean;
  readonly vpcId: string;
  readonly zones: readonly ZoneOfBalancer[];
  readonly securityGroups: readonly string[];
  readonly ipAddressType: string;
  /** Those that are not as at first. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly createdMs: number;
  readonly transition?: Transition | undefined;
  readonly tags: Tags;
}

export const loadBalancers = defineCollection<LoadBalancerRecord>({
  name: "load-balancers",
  indexes: { byLabel: ({ label }) => [label.toLowerCase()] },
});

/** @throws LoadBalancerNotFound */
export function findBalancer(
  arn: string,
  { account, region, store }: Place & { readonly store: Store },
): LoadBalancerRecord {
  const { kind, parts } = readArn(arn) ?? {};
  const balancer =
    kind === "loadbalancer" ? store.collection(loadBalancers).get([parts?.[1] ?? ""]) : undefined;
  if (!balancer || balancerArn({ account, region }, balancer) !== arn) throw loadBalancerNotFound(arn);
  return balancer;
}

export const saveBalancer = (
  balancer: LoadBalancerRecord,
  { store }: { readonly store: Store },
): LoadBalancerRecord => {
  store.collection(loadBalancers).put([balancer.name], balancer);
  return balancer;
};

/** The loopback address that its listeners have to themselves. */
export const addressOfBalancer = (place: Place, balancer: LoadBalancerRecord): string =>
  addressOf(balancerArn(place, balancer));

/** `web-1234567890.us-east-1.elb.localhost.localstack.cloud`: leads to this machine, where the gateway's port knows it. */
const dnsNameOf = ({ label }: LoadBalancerRecord, region: string, host: ServiceHost): string =>
  `${label}.${region}.elb.${host.endpoint.host().replace(/:\d+$/, "")}`;

export const balancerState = ({ transition }: LoadBalancerRecord, host: ServiceHost): string =>
  stateOf(balancerLifecycle, transition, "active", host);

/** https://docs.aws.amazon.com/general/latest/gr/elb.html: the hosted zones of load balancers in us-east-1. */
const HOSTED_ZONES = { application: "Z35SXDOTRQ7X7K", network: "Z26RNL4JYFTOTI" } as const;

export function describeBalancer(
  balancer: LoadBalancerRecord,
  place: Place,
  host: ServiceHost,
): ELB.LoadBalancer {
  return {
    LoadBalancerArn: balancerArn(place, balancer),
    DNSName: dnsNameOf(balancer, place.region, host),
    CanonicalHostedZoneId: HOSTED_ZONES[balancer.type],
    CreatedTime: new Date(balancer.createdMs),
    LoadBalancerName: balancer.name,
    Scheme: balancer.isInternal ? "internal" : "internet-facing",
    VpcId: balancer.vpcId,
    State: { Code: balancerState(balancer, host) },
    Type: balancer.type,
    AvailabilityZones: describeZones(balancer, place),
    ...((balancer.type === "application" || balancer.securityGroups.length > 0) && {
      SecurityGroups: [...balancer.securityGroups],
    }),
    IpAddressType: balancer.ipAddressType,
  };
}

/** Where its listeners are reached stands where AWS has the addresses of its nodes. */
export const describeZones = (balancer: LoadBalancerRecord, place: Place): ELB.AvailabilityZone[] =>
  balancer.zones.map(({ zone, subnetId, allocationId, privateAddress }) => ({
    ZoneName: zone,
    SubnetId: subnetId,
    LoadBalancerAddresses: [
      {
        IpAddress: addressOfBalancer(place, balancer),
        ...(allocationId !== undefined && { AllocationId: allocationId }),
        ...(privateAddress !== undefined && { PrivateIPv4Address: privateAddress }),
      },
    ],
  }));
