/** Amazon Resource Names: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** Everything after the account: `table/Products`, `function:hello:1`. */
  readonly resource: string;
}

/** The partition of a region: `aws-cn` for China, `aws-us-gov` for GovCloud. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return "aws";
}

export function makeArn(service: string, region: string, account: string, resource: string): string {
  return `arn:${partitionOf(region)}:${service}:${region}:${account}:${resource}`;
}

/** The parts of an ARN that Squall has made itself, or has checked. Any other text is a bug. */
export function partsOf(arn: string): Arn {
  const parsed = parseArn(arn);
  if (!parsed) throw new Error(`"${arn}" is no ARN.`);
  return parsed;
}

/** undefined when the text is no ARN. */
export function parseArn(text: string): Arn | undefined {
  const parts = text.split(":");
  if (parts.length < 6 || parts[0] !== "arn") return undefined;
  const [, partition, service, region, account, ...resource] = parts as [
    string,
    string,
    string,
    string,
    string,
  ];
  return { partition, service, region, account, resource: (resource as string[]).join(":") };
}
