import { parseArn, partsOf } from "../../core/arn.ts";
import { evaluatePolicies, type PolicyDecision, type PolicyDocument } from "../../core/policy.ts";
import { readJson } from "../../core/read-json.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { upTo } from "../../core/text.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { groups, type Identity, roles, users } from "./entity.ts";
import { invalidInput } from "./errors.ts";
import { defaultDocument, findPolicy, policyNameOf } from "./managed-policy.ts";
import { pageOf } from "./page.ts";
import { checkPolicy } from "./policy-document.ts";

/** What AWS says of every policy of an identity: it does not keep to its own enumeration. */
const IDENTITY_POLICY = "IAM Policy";

/** A policy with the name under which a result says that it decided. */
interface Source {
  readonly id: string;
  readonly type: string;
  readonly document: PolicyDocument;
}

interface Simulation {
  readonly identity: readonly Source[];
  /** Absent when nothing bounds the permissions. */
  readonly boundary: readonly Source[] | undefined;
  readonly resource: readonly Source[];
  /** ARN of who asks, for the resource's policy. */
  readonly caller: string | undefined;
}

/** What policies would say, really evaluated. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html */
export const simulation: Handlers<IAM.Operations> = {
  SimulateCustomPolicy(input) {
    const identity = input.PolicyInputList.map(inputSource);
    return simulate(
      { identity, boundary: boundaryInput(input), resource: resourcePolicy(input), caller: input.CallerArn },
      input,
    );
  },

  SimulatePrincipalPolicy(input, ctx) {
    const principal = principalOf(input.PolicySourceArn, ctx);
    const identity = [...sourcesOf(principal, ctx), ...(input.PolicyInputList ?? []).map(inputSource)];
    const bound = principal.boundary === undefined ? undefined : [managed(principal.boundary, ctx)].flat();
    const caller = input.CallerArn ?? input.PolicySourceArn;
    return simulate(
      { identity, boundary: boundaryInput(input) ?? bound, resource: resourcePolicy(input), caller },
      input,
    );
  },

  GetContextKeysForCustomPolicy(input) {
    return { ContextKeyNames: contextKeys(input.PolicyInputList.map(inputSource)) };
  },

  GetContextKeysForPrincipalPolicy(input, ctx) {
    const sources = sourcesOf(principalOf(input.PolicySourceArn, ctx), ctx);
    return {
      ContextKeyNames: contextKeys([...sources, ...(input.PolicyInputList ?? []).map(inputSource)]),
    };
  },
};

type Input = Pick<
  IAM.SimulatePrincipalPolicyRequest,
  | "ActionNames"
  | "ResourceArns"
  | "ContextEntries"
  | "PermissionsBoundaryPolicyInputList"
  | "ResourcePolicy"
  | "Marker"
  | "MaxItems"
>;

function simulate(simulation: Simulation, input: Input) {
  const context = Object.fromEntries(
    (input.ContextEntries ?? []).map(({ ContextKeyName, ContextKeyValues }) => [
      ContextKeyName ?? "",
      ContextKeyValues ?? [],
    ]),
  );
  const results = input.ActionNames.flatMap((action) => {
    if (!/^[\w-]+:[\w*?]+$/.test(action)) throw invalidInput(`Invalid Action: ${action}`);
    return (input.ResourceArns ?? ["*"]).map((resource) => decide(simulation, action, resource, context));
  });
  // In the order in which they were asked.
  const { items, page } = pageOf(results.entries(), input, ([at]) => [at]);
  return { EvaluationResults: items.map(([, result]) => result), ...page };
}

/** Allowed by the identity's or the resource's policies, within the boundary, and denied by none. */
function decide(
  { identity, boundary, resource: resourcePolicies, caller }: Simulation,
  action: string,
  resource: string,
  context: Readonly<Record<string, readonly string[]>>,
): IAM.EvaluationResult {
  const request = { action, resource, context };
  const documents = (sources: readonly Source[]) => sources.map(({ document }) => document);
  const own = evaluatePolicies(documents(identity), request);
  const names = caller === undefined ? [] : [caller, parseArn(caller)?.account ?? ""];
  const theirs = evaluatePolicies(documents(resourcePolicies), {
    ...request,
    principal: { type: "AWS", names },
  });
  const bound = boundary && evaluatePolicies(documents(boundary), request);
  const decisions = [own.decision, theirs.decision, ...(bound ? [bound.decision] : [])];
  let decision: PolicyDecision = "implicitDeny";
  if (decisions.includes("explicitDeny")) decision = "explicitDeny";
  else if (theirs.decision === "allowed" || own.decision === "allowed") {
    decision = bound && bound.decision !== "allowed" ? "implicitDeny" : "allowed";
  }
  const matched = [
    ...own.matched.flatMap(({ policy }) => identity[policy] ?? []),
    ...theirs.matched.flatMap(({ policy }) => resourcePolicies[policy] ?? []),
  ];
  const missing = new Set([...own.missingContextKeys, ...theirs.missingContextKeys]);
  const MatchedStatements = matched.map(({ id, type }) => ({
    SourcePolicyId: id,
    SourcePolicyType: type as IAM.PolicySourceType,
  }));
  const MissingContextValues = [...missing];
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: decision,
    EvalDecisionDetails: {},
    MatchedStatements,
    MissingContextValues,
    OrganizationsDecisionDetail: { AllowedByOrganizations: true },
    ResourceSpecificResults: [
      {
        EvalResourceName: resource,
        EvalResourceDecision: decision,
        MatchedStatements,
        MissingContextValues,
      },
    ],
    ...(bound && {
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: bound.decision === "allowed" },
    }),
  };
}

/** The user, group or role of an ARN. @throws AwsError `InvalidInput`, `NoSuchEntity` */
function principalOf(arn: string, ctx: Context): Identity & { readonly groups?: readonly string[] } {
  const [kind, ...path] = parseArn(arn)?.resource.split("/") ?? [];
  const name = path.at(-1) ?? "";
  if (kind === "user") return users(ctx).get(name);
  if (kind === "group") return groups(ctx).get(name);
  if (kind === "role") return roles(ctx).get(name);
  throw invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
}

/** All policies of a principal: inline, attached, and those of its groups. */
function sourcesOf(principal: Identity & { readonly groups?: readonly string[] }, ctx: Context): Source[] {
  const kind = upTo("/", partsOf(principal.arn).resource);
  const inline = Object.entries(principal.inline).map(([name, text]) => ({
    id: `${kind}_${principal.name}_${name}`,
    type: IDENTITY_POLICY,
    document: readJson(text) as PolicyDocument,
  }));
  const attached = principal.attached.flatMap((arn) => managed(arn, ctx));
  const fromGroups = (principal.groups ?? []).flatMap((name) => sourcesOf(groups(ctx).get(name), ctx));
  return [...inline, ...attached, ...fromGroups];
}

function managed(arn: string, ctx: Context): Source[] {
  const policy = findPolicy(arn, ctx);
  if (!policy) return [];
  return [
    {
      id: policyNameOf(arn),
      type: IDENTITY_POLICY,
      document: readJson(defaultDocument(policy)) as PolicyDocument,
    },
  ];
}

function inputSource(text: string, index: number): Source {
  return {
    id: `PolicyInputList.${index + 1}`,
    type: IDENTITY_POLICY,
    document: checkPolicy(text, "identity"),
  };
}

function boundaryInput(input: Input): Source[] | undefined {
  return input.PermissionsBoundaryPolicyInputList?.map(inputSource);
}

function resourcePolicy(input: Input): Source[] {
  if (input.ResourcePolicy === undefined) return [];
  const document = checkPolicy(input.ResourcePolicy, "resource");
  return [{ id: "ResourcePolicy", type: "resource", document }];
}

function contextKeys(sources: readonly Source[]): string[] {
  const keys = new Set<string>();
  for (const { document } of sources) {
    for (const statement of [document.Statement].flat()) {
      for (const block of Object.values(statement.Condition ?? {})) {
        for (const key of Object.keys(block)) keys.add(key.toLowerCase());
      }
    }
    for (const [, key = ""] of JSON.stringify(document).matchAll(/\$\{([\w:/-]+)[^}]*\}/g))
      keys.add(key.toLowerCase());
  }
  return [...keys].sort();
}
