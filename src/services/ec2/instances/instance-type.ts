import type * as EC2 from "../../../models/generated/ec2.ts";

/** What is known of a type of instance. */
export interface InstanceTypeRecord {
  readonly name: string;
  readonly architecture: "x86_64" | "arm64";
  readonly vcpus: number;
  readonly threadsPerCore: number;
  /** What the processes of an instance may take together. Absent for a type that is not in the list: nobody watches. */
  readonly memoryMB?: number;
  readonly isBurstable: boolean;
  readonly isCurrentGeneration: boolean;
}

const GIB = 1024;
const SIZES: Readonly<Record<string, { readonly vcpus: number; readonly burstableMB?: number }>> = {
  nano: { vcpus: 2, burstableMB: GIB / 2 },
  micro: { vcpus: 2, burstableMB: GIB },
  small: { vcpus: 2, burstableMB: 2 * GIB },
  medium: { vcpus: 2, burstableMB: 4 * GIB },
  large: { vcpus: 2, burstableMB: 8 * GIB },
  xlarge: { vcpus: 4, burstableMB: 16 * GIB },
  "2xlarge": { vcpus: 8, burstableMB: 32 * GIB },
  "4xlarge": { vcpus: 16 },
};
const BURSTABLE = ["t3", "t3a", "t4g"];
/** Gibibytes for each vCPU. */
const FAMILIES: Readonly<Record<string, number>> = {
  m5: 4,
  m6i: 4,
  m7i: 4,
  m6g: 4,
  m7g: 4,
  c5: 2,
  c6i: 2,
  c7g: 2,
  r5: 8,
  r6i: 8,
};
const T2: Readonly<Record<string, readonly [vcpus: number, memoryMB: number]>> = {
  nano: [1, GIB / 2],
  micro: [1, GIB],
  small: [1, 2 * GIB],
  medium: [2, 4 * GIB],
  large: [2, 8 * GIB],
};

const isArm = (family: string) => /^[a-z]+\d+[a-z]*g/.test(family);

function record(
  family: string,
  size: string,
  more: Pick<InstanceTypeRecord, "vcpus" | "isBurstable"> & Partial<InstanceTypeRecord>,
): InstanceTypeRecord {
  return {
    name: `${family}.${size}`,
    architecture: isArm(family) ? "arm64" : "x86_64",
    threadsPerCore: isArm(family) || more.vcpus < 2 ? 1 : 2,
    isCurrentGeneration: true,
    ...more,
  };
}

/** The types that are described: those that examples and tests use most. */
export const INSTANCE_TYPES: readonly InstanceTypeRecord[] = [
  // What RunInstances takes when nobody says which.
  record("m1", "small", { vcpus: 1, memoryMB: 1740, isBurstable: false, isCurrentGeneration: false }),
  ...Object.entries(T2).map(([size, [vcpus, memoryMB]]) =>
    record("t2", size, { vcpus, memoryMB, isBurstable: true }),
  ),
  ...BURSTABLE.flatMap((family) =>
    Object.entries(SIZES).flatMap(([size, { vcpus, burstableMB }]) =>
      burstableMB === undefined
        ? []
        : [record(family, size, { vcpus, memoryMB: burstableMB, isBurstable: true })],
    ),
  ),
  ...Object.entries(FAMILIES).flatMap(([family, gibibytes]) =>
    ["large", "xlarge", "2xlarge", "4xlarge"].map((size) => {
      const vcpus = SIZES[size]?.vcpus ?? 2;
      return record(family, size, { vcpus, memoryMB: vcpus * gibibytes * GIB, isBurstable: false });
    }),
  ),
];

const BY_NAME = new Map(INSTANCE_TYPES.map((type) => [type.name, type]));

export const DEFAULT_TYPE = "m1.small";

export const isListed = (name: string): boolean => BY_NAME.has(name);

/** AWS has hundreds: one that is not in the list runs all the same, with what its name says of it. */
export const instanceType = (name: string): InstanceTypeRecord =>
  BY_NAME.get(name) ??
  record(name.split(".")[0] ?? name, name.split(".")[1] ?? "", { vcpus: 2, isBurstable: false });

/** Does a text look like a type? `t3.micro`, `u-6tb1.112xlarge`. */
export const looksLikeType = (name: string): boolean => /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(name);

export const describeType = (type: InstanceTypeRecord): EC2.InstanceTypeInfo => ({
  InstanceType: type.name as EC2.InstanceType,
  CurrentGeneration: type.isCurrentGeneration,
  FreeTierEligible: type.name === "t2.micro" || type.name === "t3.micro",
  SupportedUsageClasses: ["on-demand", "spot"],
  SupportedRootDeviceTypes: ["ebs"],
  SupportedVirtualizationTypes: ["hvm"],
  BareMetal: false,
  Hypervisor: "nitro",
  ProcessorInfo: { SupportedArchitectures: [type.architecture] },
  VCpuInfo: {
    DefaultVCpus: type.vcpus,
    DefaultCores: Math.max(1, type.vcpus / type.threadsPerCore),
    DefaultThreadsPerCore: type.threadsPerCore,
  },
  MemoryInfo: { SizeInMiB: type.memoryMB ?? 0 },
  InstanceStorageSupported: false,
  EbsInfo: { EbsOptimizedSupport: "default", EncryptionSupport: "supported", NvmeSupport: "required" },
  NetworkInfo: {
    NetworkPerformance: "Up to 5 Gigabit",
    MaximumNetworkInterfaces: 3,
    MaximumNetworkCards: 1,
    DefaultNetworkCardIndex: 0,
    Ipv4AddressesPerInterface: 10,
    Ipv6AddressesPerInterface: 10,
    Ipv6Supported: true,
    EnaSupport: "required",
    EfaSupported: false,
    EncryptionInTransitSupported: false,
  },
  PlacementGroupInfo: { SupportedStrategies: ["cluster", "partition", "spread"] },
  HibernationSupported: false,
  BurstablePerformanceSupported: type.isBurstable,
  DedicatedHostsSupported: !type.isBurstable,
  AutoRecoverySupported: true,
  SupportedBootModes: ["legacy-bios", "uefi"],
});
