import type { Statement } from "./policy-checks.ts";

/** Where a request comes from or what it is for: who is held to a fixed one of these is not everybody. */
const BOUNDS: ReadonlySet<string> = new Set(
  `aws:sourcearn aws:sourcevpc aws:sourcevpce aws:sourceowner aws:sourceaccount aws:principalaccount
   aws:principalarn aws:principalorgid aws:principalorgpaths aws:sourceorgid aws:sourceorgpaths aws:userid
   aws:calledvia s3:x-amz-server-side-encryption-aws-kms-key-id s3:dataaccesspointarn
   s3:dataaccesspointaccount`.split(/\s+/),
);
const IS_POSITIVE = /^(?:ForAnyValue:)?(?:(?:String|Arn)(?:Equals|Like)(?:IgnoreCase)?|IpAddress)$/;
/** The broadest ranges of addresses that are not the whole world: bits that are fixed. */
const LEAST_FIXED = { v4: 8, v6: 32 };

/**
 * Does a statement let everybody in? Conditions help only where they bound who may come.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
export function isPublic({ Effect, Principal, Condition = {} }: Statement): boolean {
  const principals =
    typeof Principal === "object" && Principal !== null ? Object.values(Principal).flat() : [Principal];
  if (Effect !== "Allow" || !principals.includes("*")) return false;
  return !Object.entries(Condition).some(
    ([operator, keys]) =>
      IS_POSITIVE.test(operator) && Object.entries(keys).some(([key, values]) => bounds(key, values)),
  );
}

function bounds(key: string, given: unknown): boolean {
  const values = [given].flat().map(String);
  if (key.toLowerCase() === "aws:sourceip") return values.every(isNarrow);
  return BOUNDS.has(key.toLowerCase()) && values.every((value) => !/[*?$]/.test(value));
}

function isNarrow(range: string): boolean {
  const [address = "", bits] = range.split("/");
  return bits === undefined || Number(bits) >= LEAST_FIXED[address.includes(":") ? "v6" : "v4"];
}
