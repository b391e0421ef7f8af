import { PUBLIC_IMAGES, publicImageId } from "../../../aws/public-images.ts";
import type * as EC2 from "../../../models/generated/ec2.ts";

/** What AWS's names of images say of them. */
interface ImageFamily {
  readonly isMeant: RegExp;
  /** The image's name, of the parts that the name in Parameter Store has. */
  name(match: RegExpExecArray): string;
  readonly owner: string;
  readonly alias?: string;
  readonly description: string;
  readonly platform?: "windows";
}

const AMAZON = { alias: "amazon" } as const;

const FAMILIES: readonly ImageFamily[] = [
  {
    isMeant: /\/(al2023-ami(?:-minimal)?)-kernel-([\w.]+)-(x86_64|arm64)$/,
    name: ([, prefix = "", kernel = "", arch = ""]) =>
      `${prefix}-2023.9.20251117.1-kernel-${kernel === "default" ? "6.1" : kernel}-${arch}`,
    owner: "137112412989",
    ...AMAZON,
    description: "Amazon Linux 2023 AMI",
  },
  {
    isMeant: /\/amzn2-ami(?:-(minimal|kernel-5\.10))?-hvm-(x86_64|arm64)-(\w+)$/,
    name: ([, kind, arch = "", volume = ""]) =>
      `amzn2-ami-${kind === undefined ? "" : `${kind}-`}hvm-2.0.20251110.1-${arch}-${volume}`,
    owner: "137112412989",
    ...AMAZON,
    description: "Amazon Linux 2 AMI",
  },
  {
    isMeant: /\/(Windows_Server-\d+-English-\w+-Base)$/,
    name: ([, name = ""]) => `${name}-2025.11.12`,
    owner: "801119661308",
    ...AMAZON,
    description: "Microsoft Windows Server",
    platform: "windows",
  },
  {
    isMeant: /\/ecs\/optimized-ami\/amazon-linux-(2|2023)(?:\/(arm64|gpu))?\//,
    name: ([, release = "", kind]) =>
      release === "2"
        ? `amzn2-ami-ecs-${kind === "gpu" ? "gpu-" : ""}hvm-2.0.20251108-${kind === "arm64" ? "arm64" : "x86_64"}-ebs`
        : `al2023-ami-ecs-hvm-2023.0.20251108-kernel-6.1-${kind === "arm64" ? "arm64" : "x86_64"}`,
    owner: "591542846629",
    ...AMAZON,
    description: "Amazon Linux AMI for ECS",
  },
  {
    isMeant: /\/eks\/optimized-ami\/([\d.]+)\/amazon-linux-2023\/(\w+)\//,
    name: ([, kubernetes = "", arch = ""]) =>
      `amazon-eks-node-al2023-${arch}-standard-${kubernetes}-v20251112`,
    owner: "602401143452",
    ...AMAZON,
    description: "EKS-optimized Kubernetes node based on Amazon Linux 2023",
  },
  {
    isMeant: /\/eks\/optimized-ami\/([\d.]+)\/amazon-linux-2(-arm64|-gpu)?\//,
    name: ([, kubernetes = "", kind = ""]) => `amazon-eks${kind}-node-${kubernetes}-v20251112`,
    owner: "602401143452",
    ...AMAZON,
    description: "EKS Kubernetes Worker AMI with AmazonLinux2 image",
  },
  {
    isMeant: /\/bottlerocket\/([\w.-]+)\/(\w+)\//,
    name: ([, variant = "", arch = ""]) => `bottlerocket-${variant}-${arch}-v1.50.0-2c1d0fd9`,
    owner: "092701018921",
    ...AMAZON,
    description: "bottlerocket",
  },
  {
    isMeant: /\/debian\/release\/(\d+)\/latest\/(\w+)$/,
    name: ([, release = "", arch = ""]) => `debian-${release}-${arch}-20251112-2294`,
    owner: "136693071363",
    description: "Debian",
  },
  {
    isMeant: /\/ubuntu\/server\/([\d.]+)\/stable\/current\/(amd64|arm64)\/hvm\/ebs-(\w+)\//,
    name: ([, release = "", arch = "", volume = ""]) =>
      `ubuntu/images/hvm-ssd${volume === "gp3" ? "-gp3" : ""}/ubuntu-${UBUNTU[release] ?? "server"}-${release}-${arch}-server-20251022`,
    owner: "099720109477",
    description: "Canonical, Ubuntu, LTS",
  },
];

const UBUNTU: Readonly<Record<string, string>> = { "20.04": "focal", "22.04": "jammy", "24.04": "noble" };

export interface PublicImage {
  readonly id: string;
  /** Its name in Parameter Store. */
  readonly parameter: string;
  readonly described: EC2.Image;
}

/** The images that AWS publishes in a Region: names without disks, as everything that runs here is this machine's. */
export const imagesIn = (region: string): readonly PublicImage[] =>
  PUBLIC_IMAGES.map((parameter) => ({
    id: publicImageId(parameter, region),
    parameter,
    described: describeImage(parameter, region),
  }));

function describeImage(parameter: string, region: string): EC2.Image {
  const family = FAMILIES.find(({ isMeant }) => isMeant.test(parameter));
  const match = family?.isMeant.exec(parameter);
  const name = family && match ? family.name(match) : parameter;
  const owner = family?.owner ?? "137112412989";
  return {
    ImageId: publicImageId(parameter, region),
    Name: name,
    Description: family?.description ?? "",
    ImageLocation: `${family?.alias ?? owner}/${name}`,
    OwnerId: owner,
    ...(family?.alias !== undefined && { ImageOwnerAlias: family.alias }),
    Architecture: /arm64/.test(parameter) ? "arm64" : "x86_64",
    CreationDate: "2025-11-17T00:00:00.000Z",
    DeprecationTime: "2027-11-17T00:00:00.000Z",
    State: "available",
    Public: true,
    ImageType: "machine",
    Hypervisor: "xen",
    VirtualizationType: "hvm",
    RootDeviceType: "ebs",
    RootDeviceName: family?.platform === "windows" || /ubuntu/.test(parameter) ? "/dev/sda1" : "/dev/xvda",
    EnaSupport: true,
    SriovNetSupport: "simple",
    BootMode: "uefi-preferred",
    ...(family?.platform === "windows"
      ? { Platform: "windows", PlatformDetails: "Windows", UsageOperation: "RunInstances:0002" }
      : { PlatformDetails: "Linux/UNIX", UsageOperation: "RunInstances" }),
    BlockDeviceMappings: [
      {
        DeviceName: family?.platform === "windows" || /ubuntu/.test(parameter) ? "/dev/sda1" : "/dev/xvda",
        Ebs: { DeleteOnTermination: true, VolumeSize: 8, VolumeType: "gp3", Encrypted: false },
      },
    ],
  };
}
