import type { Random } from "../core/random.ts";

/** How services write the ids of requests; all others have UUIDs. */
const FORMS: ReadonlyMap<string, (random: Random) => string> = new Map([
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/get-request-ids.html
  ["s3", sixteenDigits],
  ["s3control", sixteenDigits],
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
  ["dynamodb", fiftyTwoCharacters],
  ["dynamodbstreams", fiftyTwoCharacters],
]);

const BASE32 = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
/** What every id of DynamoDB's ends with. */
const DYNAMODB_END = "VV4KQNSO5AEMVJF66Q9ASUAAJG";

/** The id of a call of a service, as its clients see it. */
export function requestIdOf(service: string, random: Random): string {
  return FORMS.get(service)?.(random) ?? random.uuid();
}

function sixteenDigits(random: Random): string {
  return random.hex(16).toUpperCase();
}

function fiftyTwoCharacters(random: Random): string {
  return random.string(26, BASE32) + DYNAMODB_END;
}
