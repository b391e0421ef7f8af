import { invalidParameterValue } from "./errors.ts";

/** What the documentation says of pages, where the model does not: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/ */
const SIZES: Readonly<Record<string, readonly [least: number, most: number]>> = {
  DescribeInstances: [5, 1_000],
  DescribeInstanceStatus: [5, 1_000],
  DescribeLaunchTemplateVersions: [1, 200],
  DescribeSpotInstanceRequests: [5, 1_000],
  DescribeTags: [5, 1_000],
  DescribeVolumes: [5, 1_000],
};

/** @throws InvalidParameterValue for a page that the operation does not give */
export function checkPageSize(operation: string, size: number | undefined): void {
  const [least, most] = SIZES[operation] ?? [];
  if (size === undefined || least === undefined || most === undefined) return;
  if (size < least || size > most)
    throw invalidParameterValue(`Value (${size}) for parameter maxResults is invalid.`);
}
