import type { PolicyDocument, PolicyStatement } from "../../core/policy.ts";
import { isConditionOperator } from "../../core/policy-conditions.ts";
import { readJson } from "../../core/read-json.ts";
import { malformedPolicy } from "./errors.ts";

const VERSIONS = ["2012-10-17", "2008-10-17"];
const POLICY_MEMBERS = new Set(["Version", "Id", "Statement"]);
const STATEMENT_MEMBERS = new Set([
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
]);

/** `identity` for what is attached to users, groups and roles, `trust` for who may assume a role, `resource` for a resource's own. */
type PolicyKind = "identity" | "trust" | "resource";

/**
 * Checks a policy's grammar as IAM does before it keeps it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * @throws AwsError `MalformedPolicyDocument`
 */
export function checkPolicy(text: string, kind: PolicyKind): PolicyDocument {
  const document = parse(text);
  const { Version, Statement } = document;
  if (Version !== undefined && !VERSIONS.includes(Version)) {
    throw malformedPolicy("Policy document must be version 2012-10-17 or greater.");
  }
  if (Object.keys(document).some((member) => !POLICY_MEMBERS.has(member)) || Statement === undefined) {
    throw malformedPolicy("Syntax errors in policy.");
  }
  const statements = [Statement].flat() as PolicyStatement[];
  for (const statement of statements) checkStatement(statement, kind);
  const sids = statements.map(({ Sid }) => Sid).filter((sid) => sid !== undefined && sid !== "");
  if (kind === "identity" && new Set(sids).size < sids.length) {
    throw malformedPolicy("Statement IDs (SID) in a single policy must be unique.");
  }
  return document;
}

function parse(text: string): PolicyDocument {
  let document: unknown;
  try {
    document = readJson(text);
  } catch {
    throw malformedPolicy("This policy contains invalid Json");
  }
  if (!isMap(document)) throw malformedPolicy("Syntax errors in policy.");
  return document as unknown as PolicyDocument;
}

function checkStatement(statement: PolicyStatement, kind: PolicyKind): void {
  const syntax = () => malformedPolicy("Syntax errors in policy.");
  if (!isMap(statement)) throw syntax();
  if (Object.keys(statement).some((member) => !STATEMENT_MEMBERS.has(member))) throw syntax();
  const { Sid, Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } =
    statement;
  if (Effect !== "Allow" && Effect !== "Deny") throw syntax();
  if (Sid !== undefined && typeof Sid !== "string") throw syntax();
  if (Action !== undefined && NotAction !== undefined) throw syntax();
  if (Resource !== undefined && NotResource !== undefined) throw syntax();
  const actions = Action ?? NotAction;
  if (actions === undefined) throw malformedPolicy("Policy statement must contain actions.");
  checkActions(actions);
  if (Condition !== undefined) checkCondition(Condition);
  if (kind === "trust") {
    if (Resource !== undefined || NotResource !== undefined)
      throw malformedPolicy("Has prohibited field Resource");
    if (Principal === undefined && NotPrincipal === undefined)
      throw malformedPolicy("Missing required field Principal");
    checkPrincipal(Principal ?? NotPrincipal);
    const isSts = (action: string) => action === "*" || /^sts:/i.test(action);
    if (![actions].flat().every(isSts)) {
      throw malformedPolicy("AssumeRole policy may only specify STS AssumeRole actions.");
    }
    return;
  }
  if (kind === "resource") checkPrincipal(Principal ?? NotPrincipal);
  else if (Principal !== undefined || NotPrincipal !== undefined) {
    throw malformedPolicy("Policy document should not specify a principal.");
  }
  const resources = Resource ?? NotResource;
  if (resources === undefined) throw malformedPolicy("Policy statement must contain resources.");
  checkResources(resources);
}

function checkPrincipal(principal: unknown): void {
  if (principal === "*") return;
  if (!isMap(principal)) throw malformedPolicy("Invalid principal in policy.");
  const names = Object.values(principal);
  if (names.length === 0) throw malformedPolicy("Missing required field Principal cannot be empty!");
  if (!names.flat().every((name) => typeof name === "string")) {
    throw malformedPolicy("Invalid principal in policy.");
  }
}

function checkActions(actions: unknown): void {
  for (const action of [actions].flat()) {
    if (typeof action !== "string") throw malformedPolicy("Syntax errors in policy.");
    if (action === "*") continue;
    if (!action.includes(":")) {
      throw malformedPolicy("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
    }
    const vendor = action.slice(0, action.indexOf(":"));
    if (!/^[a-zA-Z0-9*?-]+$/.test(vendor)) throw malformedPolicy(`Vendor ${vendor} is not valid`);
  }
}

function checkResources(resources: unknown): void {
  for (const resource of [resources].flat()) {
    if (typeof resource !== "string") throw malformedPolicy("Syntax errors in policy.");
    if (resource === "*" || resource.startsWith("${")) continue;
    if (
      !/^(arn|\*|a\*)/.test(resource) ||
      (resource.startsWith("arn") && resource.split(":").length < 6 && !resource.includes("*"))
    ) {
      throw malformedPolicy(`Resource ${resource} must be in ARN format or "*".`);
    }
  }
}

function checkCondition(condition: unknown): void {
  if (!isMap(condition)) throw malformedPolicy("Syntax errors in policy.");
  for (const [operator, keys] of Object.entries(condition)) {
    if (!isConditionOperator(operator)) throw malformedPolicy(`Invalid Condition type : ${operator}.`);
    if (!isMap(keys)) throw malformedPolicy("Syntax errors in policy.");
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Policies come back percent-encoded, as RFC 3986 has it. */
export function encodePolicy(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The length that quotas count: without white space. */
export const policyLength = (text: string) => text.replace(/\s/g, "").length;
