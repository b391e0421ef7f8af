import type { Caller } from "../../core/call.ts";
import { evaluatePolicies, isResourcePolicy, type PolicyStatement, readPolicy } from "../../core/policy.ts";
import { lockout, malformedPolicy } from "./errors.ts";
import { type Grant, type KeyRecord, keyArn } from "./key.ts";

const LONGEST = 32_768;

/**
 * @throws MalformedPolicyDocumentException for what is no policy, and for one after which the caller could not put another
 */
export function checkPolicy(
  text: string,
  caller: Caller,
  key: Pick<KeyRecord, "account" | "region" | "id">,
  bypass: boolean,
): string {
  if (text.length > LONGEST) throw malformedPolicy("Policy is too long");
  const policy = readPolicy(text);
  if (!policy) throw malformedPolicy("Policy contains invalid JSON");
  if (!isResourcePolicy(text, LONGEST))
    throw malformedPolicy("Policy contains a statement that is not valid");
  if (bypass) return text;
  const names = [
    caller.arn,
    ...(caller.roleArn ? [caller.roleArn] : []),
    `arn:aws:iam::${caller.account}:root`,
    caller.account,
  ];
  const { decision } = evaluatePolicies([policy], {
    action: "kms:PutKeyPolicy",
    resource: keyArn(key),
    principal: { type: "AWS", names },
  });
  if (decision !== "allowed") throw lockout();
  return text;
}

/** The key's policy with what its grants allow: to IAM a grant is one more statement. */
export function policyInForce({ policy, grants }: KeyRecord): string {
  if (grants.length === 0) return policy;
  const document = readPolicy(policy);
  if (!document) return policy;
  return JSON.stringify({ ...document, Statement: [document.Statement, grants.map(statementOf)].flat() });
}

function statementOf({ grantee, operations, constraints = {} }: Grant): PolicyStatement {
  const { EncryptionContextEquals: equal, EncryptionContextSubset: subset, SourceArn } = constraints;
  const wanted = equal ?? subset ?? {};
  const conditions = {
    StringEquals: {
      ...Object.fromEntries(
        Object.entries(wanted).map(([key, value]) => [`kms:EncryptionContext:${key}`, value]),
      ),
    },
    ...(equal && { "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": Object.keys(equal) } }),
    ...(SourceArn !== undefined && { ArnEquals: { "aws:SourceArn": SourceArn } }),
  };
  return {
    Effect: "Allow",
    Principal: /^[\w.-]+\.amazonaws\.com$/.test(grantee) ? { Service: grantee } : { AWS: grantee },
    Action: operations.map((operation) => `kms:${operation}`),
    Resource: "*",
    ...((equal || subset || SourceArn !== undefined) && { Condition: conditions }),
  };
}
