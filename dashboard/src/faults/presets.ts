import { look } from "../api.ts";

/** Something that happens to clouds, as rules. */
export interface Preset {
  readonly name: string;
  readonly what: string;
  /** @throws Error that says what is missing for it */
  rules(): Promise<readonly object[]>;
}

const TTL = "PT5M";

const of = (name: string, what: string, ...rules: readonly object[]): Preset => ({
  name,
  what,
  rules: async () => rules.map((rule) => ({ ...rule, ttl: TTL, note: name })),
});

/** They end by themselves after five minutes. */
export const PRESETS: readonly Preset[] = [
  of("DynamoDB throttles", "Three of ten calls of DynamoDB are throttled.", {
    match: { service: "dynamodb" },
    effect: "error",
    params: { kind: "throttle" },
    percentage: 30,
  }),
  of("S3 says SlowDown", "Half of all calls of S3 are asked to slow down.", {
    match: { service: "s3" },
    effect: "error",
    params: { kind: "throttle" },
    percentage: 50,
  }),
  of("Everything is slow", "Every call takes 0.2 to 2 seconds longer.", {
    match: { service: "!fis" },
    effect: "latency",
    params: { min: 200, max: 2000 },
  }),
  of("Lost replies", "One of ten calls takes effect, but its answer never arrives.", {
    match: { service: "!fis" },
    effect: "lost-reply",
    percentage: 10,
  }),
  of("SQS is unavailable", "Every call of SQS fails, as if the service were down.", {
    match: { service: "sqs" },
    effect: "error",
    params: { kind: "unavailable" },
  }),
  {
    name: "An AZ is gone",
    what: "Nothing comes through from code in the subnets of one Availability Zone.",
    async rules() {
      const { Subnets = [] } = await look<{ Subnets?: { SubnetId: string; AvailabilityZone: string }[] }>(
        "ec2",
        "DescribeSubnets",
        {},
      );
      const [zone] = Subnets.map(({ AvailabilityZone }) => AvailabilityZone).sort();
      if (zone === undefined)
        throw new Error("There is no subnet: only code that runs in a VPC's subnets can lose its zone.");
      const subnet = Subnets.filter(({ AvailabilityZone }) => AvailabilityZone === zone).map(
        ({ SubnetId }) => SubnetId,
      );
      return [{ match: { subnet }, effect: "partition", ttl: TTL, note: `${zone} is gone` }];
    },
  },
];
