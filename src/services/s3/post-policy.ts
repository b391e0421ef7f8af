import { AwsError } from "../../core/aws-error.ts";
import { readIfJson } from "../../core/read-json.ts";
import { accessDenied } from "./errors.ts";

/** The policy document of a browser's POST: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html */

type Fields = Readonly<Record<string, string>>;

/** Fields that a policy need not speak of. */
const FREE = new Set(["x-amz-signature", "file", "policy", "signature", "awsaccesskeyid", "bucket"]);

const invalidPolicy = (message: string) =>
  new AwsError("InvalidPolicyDocument", `Invalid Policy: ${message}`, { status: 400, statusIsFixed: true });
const failed = (condition: string) =>
  accessDenied(`Invalid according to Policy: Policy Condition failed: ${condition}`);

/**
 * Does a form keep to its policy?
 * @param fields by names in lower case, `bucket` and the final `key` among them
 * @throws AwsError `AccessDenied`, `InvalidPolicyDocument`, `EntityTooSmall`, `EntityTooLarge`
 */
export function checkPostPolicy(encoded: string, fields: Fields, sizeBytes: number, now: number): void {
  const policy = read(encoded);
  const { conditions = [] } = policy;
  if (!Array.isArray(conditions)) throw invalidPolicy("Conditions must be a list.");
  const expiresAt = typeof policy.expiration === "string" ? Date.parse(policy.expiration) : Number.NaN;
  if (Number.isNaN(expiresAt)) throw invalidPolicy("Invalid 'expiration' value");
  if (expiresAt < now) throw accessDenied("Invalid according to Policy: Policy expired.");
  const spokenOf = new Set<string>();
  for (const condition of conditions) checkCondition(condition, fields, sizeBytes, spokenOf);
  const extra = Object.keys(fields).find(
    (name) => !FREE.has(name) && !name.startsWith("x-ignore-") && !spokenOf.has(name),
  );
  if (extra !== undefined) throw accessDenied(`Invalid according to Policy: Extra input fields: ${extra}`);
}

interface Policy {
  readonly expiration?: unknown;
  readonly conditions?: unknown;
}

function read(encoded: string): Policy {
  const policy = readIfJson(Buffer.from(encoded, "base64").toString("utf8"));
  if (typeof policy !== "object" || policy === null) throw invalidPolicy("Invalid JSON.");
  return policy;
}

function checkCondition(condition: unknown, fields: Fields, sizeBytes: number, spokenOf: Set<string>): void {
  if (!Array.isArray(condition)) {
    const [first, ...others] = Object.entries((condition ?? {}) as Record<string, string>);
    if (!first || others.length > 0) {
      throw invalidPolicy(
        "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
      );
    }
    const [name, value] = first;
    spokenOf.add(name.toLowerCase());
    if (fields[name.toLowerCase()] !== value) throw failed(said("eq", `$${name}`, value));
    return;
  }
  const [operator, name, value] = condition as [string, unknown, unknown];
  switch (String(operator).toLowerCase()) {
    case "content-length-range":
      checkSize(bound(name), bound(value), sizeBytes);
      return;
    case "eq":
    case "starts-with": {
      if (typeof name !== "string" || typeof value !== "string")
        throw invalidPolicy(`Invalid Condition: '${operator}' takes a name and a value.`);
      const field = name;
      const key = field.replace(/^\$/, "").toLowerCase();
      const given = fields[key];
      const isRight =
        field.startsWith("$") &&
        given !== undefined &&
        (operator.toLowerCase() === "eq" ? given === value : startsWith(key, given, value));
      if (!isRight) throw failed(said(operator, field, value));
      spokenOf.add(key);
      return;
    }
    default:
      throw invalidPolicy(`Invalid Condition: unknown operator '${String(operator)}'.`);
  }
}

/** @throws AwsError `InvalidPolicyDocument` for what is no length */
function bound(given: unknown): number {
  const length = typeof given === "number" || typeof given === "string" ? Number(given) : Number.NaN;
  if (Number.isNaN(length)) throw invalidPolicy("Invalid content-length-range: its bounds must be numbers.");
  return length;
}

/** A list of content types must keep to it one by one. */
const startsWith = (name: string, given: string, value: string) =>
  name === "content-type" ? given.split(",").every((one) => one.startsWith(value)) : given.startsWith(value);

const said = (operator: string, name: string, value: string) => `["${operator}", "${name}", "${value}"]`;

function checkSize(least: number, most: number, size: number): void {
  if (size < least) {
    throw new AwsError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
      status: 400,
      statusIsFixed: true,
      members: { ProposedSize: size, MinSizeAllowed: least },
    });
  }
  if (size > most) {
    throw new AwsError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", {
      status: 400,
      statusIsFixed: true,
      members: { ProposedSize: size, MaxSizeAllowed: most },
    });
  }
}
