import { zonesOf } from "../../../aws/regions.ts";
import type { Handlers } from "../../../core/service.ts";
import type * as EC2 from "../../../models/generated/ec2.ts";
import { pageBy } from "../describing.ts";
import { invalidInstanceTypes } from "../errors.ts";
import { type FilterPaths, filtering } from "../filters.ts";
import { describeType, INSTANCE_TYPES } from "./instance-type.ts";

const PAGE_SIZE = 100;

const FILTERS: FilterPaths<EC2.InstanceTypeInfo> = {
  "auto-recovery-supported": "AutoRecoverySupported",
  "bare-metal": "BareMetal",
  "burstable-performance-supported": "BurstablePerformanceSupported",
  "current-generation": "CurrentGeneration",
  "free-tier-eligible": "FreeTierEligible",
  "hibernation-supported": "HibernationSupported",
  hypervisor: "Hypervisor",
  "instance-storage-supported": "InstanceStorageSupported",
  "instance-type": "InstanceType",
  "memory-info.size-in-mib": "MemoryInfo.SizeInMiB",
  "processor-info.supported-architecture": "ProcessorInfo.SupportedArchitectures",
  "supported-root-device-type": "SupportedRootDeviceTypes",
  "supported-usage-class": "SupportedUsageClasses",
  "supported-virtualization-type": "SupportedVirtualizationTypes",
  "vcpu-info.default-cores": "VCpuInfo.DefaultCores",
  "vcpu-info.default-vcpus": "VCpuInfo.DefaultVCpus",
};

const OFFERING_FILTERS: FilterPaths<EC2.InstanceTypeOffering> = {
  "instance-type": "InstanceType",
  location: "Location",
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html and its neighbour */
export const instanceTypeOperations: Handlers<EC2.Operations> = {
  DescribeInstanceTypes({ InstanceTypes = [], ...asked }, ctx) {
    const unknown = InstanceTypes.filter((name) => !INSTANCE_TYPES.some((type) => type.name === name));
    if (unknown.length > 0) throw invalidInstanceTypes(unknown);
    const types = INSTANCE_TYPES.filter(
      ({ name }) => InstanceTypes.length === 0 || InstanceTypes.includes(name as EC2.InstanceType),
    )
      .map(describeType)
      .filter(filtering(asked.Filters, FILTERS));
    const { items, nextToken } = pageBy(
      types,
      ({ InstanceType }) => InstanceType ?? "",
      { ...asked, MaxResults: asked.MaxResults ?? PAGE_SIZE },
      [ctx.operation, InstanceTypes],
    );
    return { InstanceTypes: items, NextToken: nextToken };
  },

  DescribeInstanceTypeOfferings(input, ctx) {
    const { LocationType: asks, ...asked } = input;
    const LocationType = asks ?? "region";
    const zones = zonesOf(ctx.region);
    const places =
      LocationType === "region"
        ? [ctx.region]
        : zones.map(({ name, id }) => (LocationType === "availability-zone-id" ? id : name));
    const offerings = INSTANCE_TYPES.flatMap(({ name }) =>
      places.map((Location) => ({ InstanceType: name as EC2.InstanceType, LocationType, Location })),
    ).filter(filtering(asked.Filters, OFFERING_FILTERS));
    const { items, nextToken } = pageBy(
      offerings,
      ({ InstanceType, Location }) => `${InstanceType} ${Location}`,
      asked,
      [ctx.operation, asks],
    );
    return { InstanceTypeOfferings: items, NextToken: nextToken };
  },
};
