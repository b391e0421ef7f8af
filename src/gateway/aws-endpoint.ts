import type { Call } from "../core/call.ts";
import { awsPartitions, hostPrefixes } from "../models/endpoints.ts";
import { serviceHostOf } from "./service-host.ts";

/** Where AWS has a service, and the region that calls to it are signed for. */
export interface AwsPlace {
  readonly host: string;
  readonly region: string;
}

/** All domains under which AWS serves APIs, in every partition. */
export const AWS_DOMAINS = [
  "amazonaws.com",
  "amazonaws.com.cn",
  "amazonaws.eu",
  "api.aws",
  "on.aws",
  "api.amazonwebservices.com.cn",
  "on.amazonwebservices.com.cn",
  "api.amazonwebservices.eu",
  "c2s.ic.gov",
  "sc2s.sgov.gov",
  "cloud.adc-e.uk",
  "csp.hci.ic.gov",
];

/** Is it a name of AWS's own? What goes there is real. */
export function isAwsHost(host: string): boolean {
  const name = host.toLowerCase().replace(/:\d*$/, "").replace(/\.$/, "");
  return AWS_DOMAINS.some((domain) => name === domain || name.endsWith(`.${domain}`));
}

/**
 * The host of a service in a region: `sqs.eu-west-1.amazonaws.com`, and `iam.amazonaws.com` for one that has one endpoint.
 * @param endpointPrefix what botocore calls it there: `monitoring` for CloudWatch
 */
export function awsPlace(endpointPrefix: string, region: string): AwsPlace {
  const partition = partitionAt(region);
  // Not in botocore, which makes no such calls: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
  if (endpointPrefix === "lambda-url") return { host: `lambda-url.${region}.on.aws`, region };
  const service = Object.hasOwn(partition.services, endpointPrefix)
    ? partition.services[endpointPrefix]
    : undefined;
  if (service?.global) return { host: service.global.host, region: service.global.region ?? region };
  const form = service?.form?.replace("{region}", region);
  const host = service?.hosts?.[region] ?? form ?? `${endpointPrefix}.${region}.${partition.suffix}`;
  return { host, region };
}

function partitionAt(region: string) {
  const partitions = awsPartitions();
  const found = partitions.find(({ regions }) => regions.test(region)) ?? partitions[0];
  if (found === undefined) throw new Error("There is no partition.");
  return found;
}

/**
 * What stands before the service's name in the host of a call: the bucket, the API or the account that its client's host
 * names (`orders.s3.localhost`, `a1b2c3.execute-api.localhost`), or what the model says of the operation (`sync-`).
 */
export function labelsBefore(
  endpointPrefix: string,
  { service, operation, input }: Pick<Call, "service" | "operation" | "input">,
  clientHost: string,
  bucket: string | undefined,
): string {
  if (bucket !== undefined && service === "s3") return `${bucket}.`;
  const { prefix } = serviceHostOf(clientHost);
  if (prefix?.endsWith(`.${endpointPrefix}`)) return prefix.slice(0, -endpointPrefix.length);
  const ofService = hostPrefixes()[service];
  const form =
    ofService !== undefined && Object.hasOwn(ofService, operation) ? ofService[operation] : undefined;
  if (form === undefined) return "";
  const filled = form.replace(/\{(\w+)\}/g, (whole, member: string) => String(input[member] ?? whole));
  return filled.includes("{") ? "" : filled;
}
