import type { Random } from "../core/random.ts";

/** How services write the ids of requests. */
interface RequestIdForm {
  readonly services: readonly string[];
  readonly what: string;
  /** Who has shown such ids. */
  readonly source: string;
  make(random: Random): string;
}

/** Crockford's alphabet: no I, L, O and U. */
const BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** That of RFC 4648's base32hex. */
const BASE32_HEX = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
/** Sixteen drawn bytes, and ones from the 129th bit on: the 26th character has three bits of its own. */
const TWENTY_SIXTH = "37BFJNRV";
/** What every id of DynamoDB's ends with. */
const DYNAMODB_END = "VV4KQNSO5AEMVJF66Q9ASUAAJG";

export const REQUEST_ID_FORMS: readonly RequestIdForm[] = [
  {
    services: ["s3", "s3control"],
    what: "16 characters of Crockford's base32 (16 hexadecimal digits until 2021)",
    source:
      "answers that boto3 showed: `5XK4PXKSDVJ5SK29`, `5XK645YVY0YC65M4` (October 2025); before `137F63660DCEC22D` (February 2021)",
    make: (random) => random.string(16, BASE32),
  },
  {
    services: ["dynamodb", "dynamodbstreams"],
    what: `52 characters of base32hex: 128 drawn bits, ones to the 26th character's end, and always \`${DYNAMODB_END}\``,
    source:
      "answers that SDKs showed, 2016 to 2025: `UG9KFPA1TJOKE98VNIM6DVT70NVV4KQ…` (April 2025), `29P5V7QSAKHS4LNL56ECAJFF3BVV4KQ…` (2020); [Storage Gateway's reference](https://docs.aws.amazon.com/storagegateway/latest/APIReference/API_DescribeMaintenanceStartTime.html) has one. The streams' are inferred",
    make: (random) => random.string(25, BASE32_HEX) + TWENTY_SIXTH[random.integer(8)] + DYNAMODB_END,
  },
  {
    services: ["sqs", "sns"],
    what: "a UUID of version 5",
    source:
      "answers that SDKs showed: `f9faa769-eda2-534c-82d3-c5387198f104` (SQS, April 2026), `5a78a04b-e4b1-51e1-afa4-f3bc7dd7ac9e`; SNS's are inferred",
    make: (random) => random.uuid("5"),
  },
  {
    services: ["kinesis"],
    what: "a UUID's variant with any version",
    source:
      "answers that boto3 showed: `c11001d3-af0c-017b-9864-92281f78ebb3` (2021), `d2178a59-a07c-325b-8cda-0734be33d144` (2024), `c87d168f-8704-d00c-99b8-10d42eb35d3e` (2017)",
    make: (random) => random.uuid(random.hex(1)),
  },
];

const FORMS: ReadonlyMap<string, RequestIdForm> = new Map(
  REQUEST_ID_FORMS.flatMap((form) => form.services.map((service) => [service, form] as const)),
);

/** The id of a call of a service, as its clients see it; where no form is known a UUID of version 4, as of Lambda, Athena and Bedrock. */
export function requestIdOf(service: string, random: Random): string {
  return FORMS.get(service)?.make(random) ?? random.uuid();
}
