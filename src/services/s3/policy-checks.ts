import { isResourceStatement } from "../../core/policy.ts";
import { isConditionOperator } from "../../core/policy-conditions.ts";
import { readJson } from "../../core/read-json.ts";
import { wildcard } from "../../core/wildcard.ts";
import { malformedPolicy } from "./errors.ts";
import { ACTIONS_WITH_KEY, BUCKET_ACTIONS, isConditionKey, OBJECT_ACTIONS } from "./policy-vocabulary.ts";

type OneOrMore = string | readonly string[];

export interface Statement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: OneOrMore;
  readonly NotAction?: OneOrMore;
  readonly Resource?: OneOrMore;
  readonly NotResource?: OneOrMore;
  readonly Condition?: Readonly<Record<string, object>>;
}
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: Statement | Statement[];
}

/** What a resource in a policy may mean. */
export interface Meant {
  readonly isBucket: boolean;
  readonly isObject: boolean;
}

const LARGEST_BYTES = 20 * 1024;
const VERSIONS: readonly unknown[] = [undefined, "2012-10-17", "2008-10-17"];
const FIELDS: ReadonlySet<string> = new Set(["Version", "Id", "Statement"]);
const STATEMENT_FIELDS: ReadonlySet<string> = new Set(
  "Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition".split(" "),
);

/**
 * What is put on a bucket or an access point, in order.
 * @param meantBy what a resource means; undefined for one that is not of what the policy is on
 * @throws AwsError `MalformedPolicy`
 */
export function checkPolicy(
  text: string,
  meantBy: (resource: string) => Meant | undefined,
): readonly Statement[] {
  const policy = parsePolicy(text);
  if (Buffer.byteLength(text) > LARGEST_BYTES)
    throw malformedPolicy(`Policies must not be larger than ${LARGEST_BYTES} bytes`);
  checkFields(policy, FIELDS);
  if (!VERSIONS.includes(policy.Version))
    throw malformedPolicy("The policy must contain a valid version string");
  if (policy.Statement === undefined) throw malformedPolicy("Missing required field Statement");
  const statements = [policy.Statement].flat();
  if (statements.length === 0) throw malformedPolicy("Could not parse the policy: Statement is empty!");
  for (const statement of statements) checkStatement(statement, meantBy);
  return statements;
}

export function parsePolicy(text: string): PolicyDocument {
  const refuse = () => malformedPolicy("Policies must be valid JSON and the first byte must be '{'");
  if (!text.startsWith("{")) throw refuse();
  try {
    return readJson(text) as PolicyDocument;
  } catch {
    throw refuse();
  }
}

function checkStatement(statement: Statement, meantBy: (resource: string) => Meant | undefined): void {
  if (typeof statement !== "object" || statement === null) throw malformedPolicy("Invalid policy syntax.");
  checkFields(statement, STATEMENT_FIELDS);
  const { Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource } = statement;
  const who = Principal ?? NotPrincipal;
  const actions = Action ?? NotAction;
  for (const [field, value] of Object.entries({
    Effect,
    Principal: who,
    Action: actions,
    Resource: Resource ?? NotResource,
  }))
    if (value === undefined) throw malformedPolicy(`Missing required field ${field}`);
  if (Effect !== "Allow" && Effect !== "Deny") throw malformedPolicy(`Invalid effect: ${Effect}`);
  if (!arePrincipals(who)) throw malformedPolicy("Invalid principal in policy");
  for (const operator of Object.keys(statement.Condition ?? {}))
    if (!isConditionOperator(operator)) throw malformedPolicy(`Invalid Condition type : ${operator}`);
  if (!isResourceStatement(statement)) throw malformedPolicy("Invalid policy syntax.");
  for (const pattern of [actions ?? []].flat())
    if (![...BUCKET_ACTIONS, ...OBJECT_ACTIONS].some(isIn(pattern)))
      throw malformedPolicy("Policy has invalid action");
  const meant = [Resource ?? []].flat().map(meantBy);
  if (meant.includes(undefined)) throw malformedPolicy("Policy has invalid resource");
  // What is excepted may be anything.
  if (Action !== undefined && Resource !== undefined) checkApplies([Action].flat(), meant as Meant[]);
  checkConditions(statement);
}

function checkFields(map: object, known: ReadonlySet<string>): void {
  const unknown = Object.keys(map).find((field) => !known.has(field));
  if (unknown !== undefined) throw malformedPolicy(`Unknown field ${unknown}`);
}

const isIn = (pattern: string) => (action: string) => wildcard(pattern.toLowerCase(), action);

/** Each action is on a bucket or on its objects, and something of its kind has to be named. */
function checkApplies(patterns: readonly string[], meant: readonly Meant[]): void {
  const actions = [
    ...(meant.some(({ isBucket }) => isBucket) ? BUCKET_ACTIONS : []),
    ...(meant.some(({ isObject }) => isObject) ? OBJECT_ACTIONS : []),
  ];
  if (!patterns.every((pattern) => actions.some(isIn(pattern))))
    throw malformedPolicy("Action does not apply to any resource(s) in statement");
}

function checkConditions({ Action, Condition = {} }: Statement): void {
  for (const key of Object.values(Condition).flatMap(Object.keys)) {
    if (!isConditionKey(key)) throw malformedPolicy("Policy has an invalid condition key");
    const having = ACTIONS_WITH_KEY[key.toLowerCase()];
    if (having && ![Action ?? []].flat().every((pattern) => having.some(isIn(pattern))))
      throw malformedPolicy("Conditions do not apply to combination of actions and resources in statement");
  }
}

/** How AWS lets principals of each type be named; that there is somebody of the name is not asked. */
const PRINCIPALS: Readonly<Record<string, RegExp>> = {
  AWS: /^(?:\*|\d{12}|A[A-Z0-9]{15,}|arn:aws[\w-]*:(?:iam|sts)::(?:\d{12}|cloudfront):(?:root|(?:user|role|assumed-role|federated-user)\/[^*?]+))$/,
  Service: /^[\w.-]+$/,
  Federated: /./,
  CanonicalUser: /^[0-9a-f]{64}$/,
};

function arePrincipals(given: unknown): boolean {
  if (given === "*") return true;
  if (typeof given !== "object" || given === null || Array.isArray(given)) return false;
  return Object.entries(given).every(([type, names]) => {
    const form = Object.hasOwn(PRINCIPALS, type) ? PRINCIPALS[type] : undefined;
    return [names].flat().every((name) => typeof name === "string" && form?.test(name));
  });
}
