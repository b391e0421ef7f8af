/** A service's host name taken apart. */
export interface ServiceHost {
  /** What stands before the region: `sqs`, `portal.sso`, `streams.dynamodb`; undefined for a host that is no service's. */
  readonly prefix?: string;
  readonly region?: string;
}

const DOMAIN = /\.(?:localhost|amazonaws|api\.aws)(?:[.:]|$)/i;
const REGION = /^[a-z]{2,4}(?:-[a-z]+)+-\d$/;
/** Ways to reach the same service, which stand beside its name. */
const VARIANT = /^(?:dualstack|fips)$/;

const NONE: ServiceHost = {};

/** `sqs.eu-central-1.localhost.localstack.cloud:4566`, `lambda-fips.us-east-1.api.aws` → service and region. */
export function serviceHostOf(host: string): ServiceHost {
  const end = host.search(DOMAIN);
  if (end <= 0) return NONE;
  const labels = host.slice(0, end).toLowerCase().split(".");
  const region = labels.find((label) => REGION.test(label));
  const names = labels
    .filter((label) => label !== region && !VARIANT.test(label))
    .map((label) => label.replace(/-fips$/, ""));
  return { prefix: names.join("."), ...(region !== undefined && { region }) };
}
