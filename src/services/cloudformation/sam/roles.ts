import { managedPolicyArn } from "./data/managed-policies.ts";
import { POLICY_TEMPLATES } from "./data/policy-templates.ts";
import { Draft } from "./draft.ts";
import { invalidResource, invalidTemplate } from "./errors.ts";
import { isIf, isIntrinsic, isNoValue, onlyName } from "./intrinsics.ts";
import { expandPolicyTemplate } from "./policy-templates.ts";
import { includes, isMap, type Value, type Values } from "./value.ts";

type PolicyKind = "managed" | "statement" | "template" | "unknown";

/** What a role is made of. */
export interface RoleParts {
  readonly owner: string;
  readonly attributes: Values;
  readonly trust: Value;
  /** The property `Policies` of the resource that the role is for. */
  readonly policies: Value | undefined;
  readonly managed?: readonly Value[];
  readonly inline?: readonly Value[];
  readonly path?: Value | undefined;
  readonly boundary?: Value | undefined;
  readonly tags?: Value | undefined;
  readonly partition: string;
}

/** The role that a function or state machine runs with. */
export function roleFor(parts: RoleParts): Draft {
  const id = `${parts.owner}Role`;
  const managed = [...(parts.managed ?? [])];
  const inline = [...(parts.inline ?? [])];
  for (const [index, policy] of expandPolicies(parts.owner, parts.policies).entries()) {
    const kind = policyKind(policy);
    if (kind === "statement") {
      inline.push(
        mapBranches(policy, (document) => ({ PolicyName: `${id}Policy${index}`, PolicyDocument: document })),
      );
    } else if (kind === "managed") {
      const arn = mapBranches(policy, (name) =>
        typeof name === "string" ? (managedPolicyArn(name, parts.partition) ?? name) : name,
      );
      if (!includes(managed, arn)) managed.push(arn);
    } else {
      throw invalidResource(parts.owner, `Policy at index ${index} in the 'Policies' property is not valid`);
    }
  }
  return new Draft(
    "AWS::IAM::Role",
    id,
    {
      AssumeRolePolicyDocument: parts.trust,
      ManagedPolicyArns: managed,
      Path: parts.path,
      Policies: inline.length > 0 ? inline : undefined,
      PermissionsBoundary: parts.boundary,
      Tags: parts.tags,
    },
    parts.attributes,
  );
}

/** The policies as a list, with SAM's templates written out. */
function expandPolicies(owner: string, policies: Value | undefined): Value[] {
  const list = Array.isArray(policies) ? policies : policies ? [policies] : [];
  return list.map((policy) =>
    policyKind(policy) === "template"
      ? mapBranches(policy, (template) => expandPolicyTemplate(owner, template as Values))
      : policy,
  );
}

/** Applies to a policy, or to those in the branches of its `Fn::If` that are there. */
function mapBranches(policy: Value, change: (policy: Value) => Value): Value {
  if (!isIf(policy)) return change(policy);
  const [condition, ...branches] = policy["Fn::If"] as Value[];
  return {
    "Fn::If": [
      condition as Value,
      ...branches.map((branch) => (isNoValue(branch) ? branch : change(branch))),
    ],
  };
}

function policyKind(policy: Value): PolicyKind {
  if (isIf(policy)) return conditionalKind(policy["Fn::If"]);
  if (typeof policy === "string" || isIntrinsic(policy)) return "managed";
  if (isMap(policy) && Object.hasOwn(policy, "Statement")) return "statement";
  const name = onlyName(policy);
  return name !== undefined && Object.hasOwn(POLICY_TEMPLATES, name) ? "template" : "unknown";
}

function conditionalKind(items: Value): PolicyKind {
  if (!Array.isArray(items) || items.length !== 3) throw invalidTemplate("Fn::If requires 3 arguments");
  const [, yes, no] = items as [Value, Value, Value];
  const kinds = [policyKind(yes), policyKind(no)] as const;
  if (kinds[0] === kinds[1] || isNoValue(no)) return kinds[0];
  if (isNoValue(yes)) return kinds[1];
  throw invalidTemplate(
    "Different policy types within the same Fn::If statement is unsupported. Separate different policy types into different Fn::If statements",
  );
}

/** Who may take a role: a service. */
export function trustOf(service: string): Values {
  return {
    Version: "2012-10-17",
    Statement: [{ Action: ["sts:AssumeRole"], Effect: "Allow", Principal: { Service: [service] } }],
  };
}

export function managedPolicy(name: string, partition: string): string {
  return `arn:${partition}:iam::aws:policy/${name}`;
}

/** The managed policy for X-Ray; outside the partition `aws` it has another name. */
export function xrayPolicyName(partition: string): string {
  return partition === "aws" ? "AWSXrayWriteOnlyAccess" : "AWSXRayDaemonWriteAccess";
}

/** An inline policy that allows one action on one resource. */
export function inlinePolicy(name: string, action: string, resource: Value): Values {
  return {
    PolicyName: name,
    PolicyDocument: { Statement: [{ Action: action, Effect: "Allow", Resource: resource }] },
  };
}

/** An inline policy to write objects into a bucket. */
export function bucketPolicy(owner: string, bucket: Value): Values {
  return {
    PolicyName: `${owner}S3Policy`,
    PolicyDocument: {
      Statement: [
        { Action: "s3:PutObject", Effect: "Allow", Resource: { "Fn::Join": ["/", [bucket, "*"]] } },
        { Action: "s3:ListBucket", Effect: "Allow", Resource: bucket },
      ],
    },
  };
}
