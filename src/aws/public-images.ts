import { createHash } from "node:crypto";

/**
 * The machine images that AWS publishes under names in Parameter Store, which is where templates find them. There are no images
 * here, so their ids are made up: the same for a name in a Region, and different for any two.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-ami.html
 */
export const PUBLIC_IMAGES: readonly string[] = [
  ...["x86_64", "arm64"].flatMap((arch) =>
    [
      "al2023-ami-kernel-default",
      "al2023-ami-kernel-6.1",
      "al2023-ami-kernel-6.12",
      "al2023-ami-minimal-kernel-default",
      "al2023-ami-minimal-kernel-6.1",
    ].map((image) => `/aws/service/ami-amazon-linux-latest/${image}-${arch}`),
  ),
  ...[
    "amzn2-ami-hvm-x86_64-gp2",
    "amzn2-ami-hvm-arm64-gp2",
    "amzn2-ami-hvm-x86_64-ebs",
    "amzn2-ami-minimal-hvm-x86_64-ebs",
    "amzn2-ami-kernel-5.10-hvm-x86_64-gp2",
    "amzn2-ami-kernel-5.10-hvm-arm64-gp2",
  ].map((image) => `/aws/service/ami-amazon-linux-latest/${image}`),
  ...["2016", "2019", "2022", "2025"].flatMap((year) =>
    ["Full", "Core"].map(
      (kind) => `/aws/service/ami-windows-latest/Windows_Server-${year}-English-${kind}-Base`,
    ),
  ),
  ...[
    "amazon-linux-2",
    "amazon-linux-2/arm64",
    "amazon-linux-2/gpu",
    "amazon-linux-2023",
    "amazon-linux-2023/arm64",
  ].map((image) => `/aws/service/ecs/optimized-ami/${image}/recommended/image_id`),
  ...["1.30", "1.31", "1.32", "1.33", "1.34"].flatMap((kubernetes) => [
    ...["x86_64", "arm64"].flatMap((arch) => [
      `/aws/service/eks/optimized-ami/${kubernetes}/amazon-linux-2023/${arch}/standard/recommended/image_id`,
      `/aws/service/bottlerocket/aws-k8s-${kubernetes}/${arch}/latest/image_id`,
    ]),
    // Amazon Linux 2 ended with Kubernetes 1.32.
    ...(kubernetes > "1.32"
      ? []
      : ["", "-arm64", "-gpu"].map(
          (kind) => `/aws/service/eks/optimized-ami/${kubernetes}/amazon-linux-2${kind}/recommended/image_id`,
        )),
  ]),
  ...["x86_64", "arm64"].map((arch) => `/aws/service/bottlerocket/aws-ecs-2/${arch}/latest/image_id`),
  ...["11", "12", "13"].flatMap((release) =>
    ["amd64", "arm64"].map((arch) => `/aws/service/debian/release/${release}/latest/${arch}`),
  ),
  ...["20.04", "22.04", "24.04"].flatMap((release) =>
    ["amd64", "arm64"].map(
      (arch) =>
        `/aws/service/canonical/ubuntu/server/${release}/stable/current/${arch}/hvm/ebs-${release === "24.04" ? "gp3" : "gp2"}/ami-id`,
    ),
  ),
];

/** The id that the image of a name has in a Region. */
export const publicImageId = (name: string, region: string): string =>
  `ami-0${createHash("sha256").update(`${region} ${name}`).digest("hex").slice(0, 16)}`;
