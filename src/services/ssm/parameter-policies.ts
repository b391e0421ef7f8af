import { readJson } from "../../core/read-json.ts";
import { sure } from "../../core/sure.ts";
import { incompatiblePolicy, invalidPolicyAttribute, invalidPolicyType, tooManyPolicies } from "./errors.ts";
import type { PolicyRecord } from "./parameter.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policies.html */

const MOST_POLICIES = 10;
const UNIT_MS = { Days: 86_400_000, Hours: 3_600_000 } as const;

/**
 * The policies of an input, with the moments at which they act. A new version begins NoChangeNotification anew.
 * @throws AwsError `InvalidPolicyTypeException`, `InvalidPolicyAttributeException`, `IncompatiblePolicyException`, `PoliciesLimitExceededException`
 */
export function readPolicies(text: string, nowMs: number): PolicyRecord[] {
  const given = parse(text);
  if (given.length > MOST_POLICIES) throw tooManyPolicies(MOST_POLICIES);
  const expiration = given.find(({ Type }) => Type === "Expiration");
  const expiresMs = expiration && timestamp(expiration);
  if (given.filter(({ Type }) => Type === "Expiration").length > 1)
    throw incompatiblePolicy("A parameter can have only one policy of the type Expiration.");
  return given.map((policy) => {
    const text = JSON.stringify(policy);
    if (policy.Version !== "1.0")
      throw invalidPolicyAttribute(
        `The policy version is not valid: ${String(policy.Version)}. The valid version is 1.0.`,
      );
    switch (policy.Type) {
      case "Expiration":
        return { text, type: policy.Type, dueMs: sure(expiresMs) };
      case "ExpirationNotification":
        if (expiresMs === undefined)
          throw incompatiblePolicy("The policy ExpirationNotification needs a policy Expiration.");
        return { text, type: policy.Type, dueMs: expiresMs - span(policy, "Before") };
      case "NoChangeNotification":
        return { text, type: policy.Type, dueMs: nowMs + span(policy, "After") };
      default:
        throw invalidPolicyType(
          `The policy type is not supported: ${String(policy.Type)}. Parameter Store supports the following policy types: Expiration, ExpirationNotification, and NoChangeNotification.`,
        );
    }
  });
}

interface Policy {
  readonly Type?: unknown;
  readonly Version?: unknown;
  readonly Attributes?: Readonly<Record<string, unknown>>;
}

function parse(text: string): Policy[] {
  try {
    const policies: unknown = readJson(text);
    const isPolicy = (policy: unknown) =>
      typeof policy === "object" && policy !== null && !Array.isArray(policy);
    if (Array.isArray(policies) && policies.every(isPolicy)) return policies as Policy[];
  } catch {
    // Refused below.
  }
  throw invalidPolicyAttribute("Policies must be a JSON array of policies.");
}

function timestamp({ Attributes }: Policy): number {
  const ms = Date.parse(String(Attributes?.["Timestamp"]));
  if (Number.isNaN(ms))
    throw invalidPolicyAttribute("The attribute Timestamp must be a time in the ISO 8601 format.");
  return ms;
}

function span({ Attributes }: Policy, member: "Before" | "After"): number {
  const count = Number(Attributes?.[member]);
  const unit = String(Attributes?.["Unit"]);
  if (!Number.isInteger(count) || count < 1)
    throw invalidPolicyAttribute(`The attribute ${member} must be a positive integer.`);
  if (!Object.hasOwn(UNIT_MS, unit))
    throw invalidPolicyAttribute("The attribute Unit must be Days or Hours.");
  return count * UNIT_MS[unit as keyof typeof UNIT_MS];
}

/** When something of the policies is due next; undefined when nothing is. */
export function nextDue(policies: readonly PolicyRecord[]): number | undefined {
  const due = policies.filter(({ isFinished }) => !isFinished).map(({ dueMs }) => dueMs);
  return due.length === 0 ? undefined : Math.min(...due);
}
