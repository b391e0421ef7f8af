import {
  type ConditionBlock,
  conditionsHold,
  isConditionOperator,
  type RequestContext,
} from "./policy-conditions.ts";
import { withVariables } from "./policy-text.ts";
import { wildcard } from "./wildcard.ts";

/** The IAM policy language: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

type OneOrMore<T> = T | readonly T[];

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: PolicyPrincipal;
  readonly NotPrincipal?: PolicyPrincipal;
  readonly Action?: OneOrMore<string>;
  readonly NotAction?: OneOrMore<string>;
  readonly Resource?: OneOrMore<string>;
  readonly NotResource?: OneOrMore<string>;
  readonly Condition?: ConditionBlock;
}

export type PolicyPrincipal = "*" | Readonly<Record<string, OneOrMore<string>>>;

/** What a principal wants to do. */
export interface PolicyRequest {
  /** `sqs:SendMessage` */
  readonly action: string;
  /** An ARN, or `*`. Absent in a trust policy, whose resource is the role itself. */
  readonly resource?: string;
  /** Who asks, for policies of resources and roles: ARNs and account ids that all stand for the caller, by type (`AWS`, `Service`, `Federated`). */
  readonly principal?: {
    readonly type: string;
    readonly names: readonly string[];
    /** The same names by what they are of: the account, the user or role, the session. */
    readonly steps?: readonly (readonly string[])[];
    /** Only being named counts, not that everybody is meant. */
    readonly isByName?: true;
  };
  /** Condition keys (any case) with their values. */
  readonly context?: RequestContext;
}

export type PolicyDecision = "allowed" | "explicitDeny" | "implicitDeny";

/** A statement that applied: which of the policies, which of its statements. */
export interface MatchedStatement {
  readonly policy: number;
  readonly statement: number;
}

/**
 * What policies say together: a Deny wins, without an Allow it is an implicit deny.
 * @returns the decision and the statements that made it
 */
export function evaluatePolicies(
  policies: readonly PolicyDocument[],
  request: PolicyRequest,
): {
  decision: PolicyDecision;
  matched: MatchedStatement[];
  missingContextKeys: string[];
} {
  const matched: Record<"Allow" | "Deny", MatchedStatement[]> = { Allow: [], Deny: [] };
  const missing = new Set<string>();
  policies.forEach(({ Version, Statement }, policy) => {
    [Statement].flat().forEach((statement: PolicyStatement, index) => {
      if (applies(statement, request, missing, Version === "2012-10-17")) {
        matched[statement.Effect].push({ policy, statement: index });
      }
    });
  });
  const missingContextKeys = [...missing];
  if (matched.Deny.length > 0) return { decision: "explicitDeny", matched: matched.Deny, missingContextKeys };
  if (matched.Allow.length > 0) return { decision: "allowed", matched: matched.Allow, missingContextKeys };
  return { decision: "implicitDeny", matched: [], missingContextKeys };
}

function applies(
  statement: PolicyStatement,
  request: PolicyRequest,
  missing: Set<string>,
  hasVariables: boolean,
): boolean {
  const { Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition } = statement;
  const isAction = (pattern: string) => wildcard(pattern.toLowerCase(), request.action.toLowerCase());
  if (Action !== undefined && !list(Action).some(isAction)) return false;
  if (NotAction !== undefined && list(NotAction).some(isAction)) return false;
  const { resource, context = {} } = request;
  if (resource !== undefined) {
    const isResource = (given: string) => {
      const { pattern, text } = withVariables(given, context, hasVariables);
      return wildcard(pattern, text(resource));
    };
    if (Resource !== undefined && !list(Resource).some(isResource)) return false;
    if (NotResource !== undefined && list(NotResource).some(isResource)) return false;
  }
  if (request.principal) {
    if (Principal !== undefined && !isPrincipal(Principal, request.principal)) return false;
    if (NotPrincipal !== undefined && isExcepted(NotPrincipal, statement.Effect, request.principal))
      return false;
  }
  return Condition === undefined || conditionsHold(Condition, context, missing, hasVariables);
}

/** `"*"` and `{"AWS": "*"}` are everybody, AWS's services among them. */
function isPrincipal(given: PolicyPrincipal, asking: NonNullable<PolicyRequest["principal"]>): boolean {
  if (asking.isByName)
    return given !== "*" && list(given[asking.type] ?? []).some((name) => asking.names.includes(name));
  if (given === "*") return true;
  if (asking.type === "Service" && list(given["AWS"] ?? []).includes("*")) return true;
  return list(given[asking.type] ?? []).some((name) => name === "*" || asking.names.includes(name));
}

/**
 * A Deny spares only whom it names at every step: the account, then the user or role, then the session.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
function isExcepted(
  given: PolicyPrincipal,
  effect: PolicyStatement["Effect"],
  { type, names, steps }: NonNullable<PolicyRequest["principal"]>,
): boolean {
  if (effect === "Allow" || !steps) return isPrincipal(given, { type, names });
  return steps.every((step) => isPrincipal(given, { type, names: step }));
}

const REMEMBERED = 2000;
const read = new Map<string, PolicyDocument | undefined>();

/**
 * A policy as services keep it, read once. They check less than IAM does: a statement that means nothing is left out.
 * @returns undefined for a text that is no policy
 */
export function readPolicy(text: string): PolicyDocument | undefined {
  if (read.has(text)) return read.get(text);
  if (read.size >= REMEMBERED) read.clear();
  const policy = parsePolicy(text);
  read.set(text, policy);
  return policy;
}

/** What most services take. */
const LARGEST_BYTES = 20 * 1024;

const PRINCIPALS: ReadonlySet<string> = new Set(["AWS", "Service", "Federated", "CanonicalUser"]);

/**
 * Is a text a policy for a resource, with nothing in it that would be left out when it is read? What is accepted is in force:
 * a Deny that is misspelt is refused where it is put, as AWS does.
 * @param mostBytes the service's quota
 */
export function isResourcePolicy(text: string, mostBytes = LARGEST_BYTES): boolean {
  // Every call on the resource reads it.
  if (Buffer.byteLength(text) > mostBytes) return false;
  const given = mapIn(text);
  return given?.["Statement"] !== undefined && [given["Statement"]].flat().every(isResourceStatement);
}

/** Is it a statement of a policy for a resource, with nothing in it that would be left out? */
export function isResourceStatement(given: unknown): boolean {
  if (!isStatement(given)) return false;
  const { Principal, NotPrincipal, Resource, NotResource, Condition = {} } = given;
  const who = Principal ?? NotPrincipal;
  if (who === undefined || (Resource !== undefined && NotResource !== undefined)) return false;
  const types = typeof who === "string" ? [] : Object.keys(who);
  return types.every((type) => PRINCIPALS.has(type)) && Object.keys(Condition).every(isConditionOperator);
}

function parsePolicy(text: string): PolicyDocument | undefined {
  const given = mapIn(text);
  return given && { ...given, Statement: [given["Statement"] ?? []].flat().filter(isStatement) };
}

function mapIn(text: string): Record<string, unknown> | undefined {
  try {
    const given: unknown = JSON.parse(text);
    return isMap(given) ? given : undefined;
  } catch {
    return undefined;
  }
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isTexts = (value: unknown) =>
  value === undefined || [value].flat().every((text) => typeof text === "string");
const isPrincipals = (value: unknown) =>
  value === undefined || value === "*" || (isMap(value) && Object.values(value).every(isTexts));

function isStatement(value: unknown): value is PolicyStatement {
  if (!isMap(value) || (value["Effect"] !== "Allow" && value["Effect"] !== "Deny")) return false;
  const { Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition } = value;
  if (Action === undefined && NotAction === undefined) return false;
  return (
    [Action, NotAction, Resource, NotResource].every(isTexts) &&
    [Principal, NotPrincipal].every(isPrincipals) &&
    (Condition === undefined || (isMap(Condition) && Object.values(Condition).every(isMap)))
  );
}

const list = (value: OneOrMore<string>): readonly string[] => (typeof value === "string" ? [value] : value);
