import { wildcard } from "../../../core/wildcard.ts";

/**
 * IAM policies as API Gateway evaluates them: those that authorizer functions answer, and APIs' resource policies.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export type Decision = "allow" | "deny" | "none";

interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** What a policy's conditions can look at. */
export type ConditionKeys = Readonly<Record<string, string | undefined>>;

/** An explicit deny beats any allow; nothing that matches is no decision. */
export function evaluate(
  policy: unknown,
  action: string,
  resource: string,
  keys: ConditionKeys = {},
): Decision {
  let decision: Decision = "none";
  for (const statement of statementsOf(policy)) {
    if (!applies(statement, action, resource, keys)) continue;
    if (statement.Effect === "Deny") return "deny";
    if (statement.Effect === "Allow") decision = "allow";
  }
  return decision;
}

function statementsOf(policy: unknown): readonly Statement[] {
  const { Statement: found } = (policy ?? {}) as { Statement?: Statement | readonly Statement[] };
  return found === undefined ? [] : list(found as Statement | Statement[]);
}

const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

function applies(statement: Statement, action: string, resource: string, keys: ConditionKeys): boolean {
  const { Action, NotAction, Resource, NotResource, Condition } = statement;
  const named = (patterns: string | readonly string[], text: string) =>
    list(patterns as string).some((pattern) => wildcard(pattern, text));
  if (Action !== undefined && !named(Action, action)) return false;
  if (NotAction !== undefined && named(NotAction, action)) return false;
  // `execute-api:/stage/GET/path` stands for the API's own ARN.
  const short = resource.replace(/^.*?:[^:/]+(\/.*)$/, "execute-api:$1");
  if (Resource !== undefined && !named(Resource, resource) && !named(Resource, short)) return false;
  if (NotResource !== undefined && (named(NotResource, resource) || named(NotResource, short))) return false;
  return Object.entries(Condition ?? {}).every(([operator, tests]) =>
    Object.entries(tests).every(([key, wanted]) =>
      holds(operator, keys[key.toLowerCase()], list(wanted as string)),
    ),
  );
}

function holds(operator: string, actual: string | undefined, wanted: readonly string[]): boolean {
  const ifExists = operator.endsWith("IfExists");
  if (actual === undefined) return ifExists || /^(String|Arn)Not|^NotIp/.test(operator);
  switch (ifExists ? operator.slice(0, -8) : operator) {
    case "StringEquals":
    case "ArnEquals":
      return wanted.includes(actual);
    case "StringNotEquals":
    case "ArnNotEquals":
      return !wanted.includes(actual);
    case "StringLike":
    case "ArnLike":
      return wanted.some((pattern) => wildcard(pattern, actual));
    case "StringNotLike":
    case "ArnNotLike":
      return !wanted.some((pattern) => wildcard(pattern, actual));
    case "IpAddress":
      return wanted.some((range) => inRange(actual, range));
    case "NotIpAddress":
      return !wanted.some((range) => inRange(actual, range));
    case "Bool":
      return wanted.map(String).includes(actual);
    default:
      return false;
  }
}

/** Is an IPv4 address in a CIDR range? Other addresses match only themselves. */
function inRange(address: string, range: string): boolean {
  const [base = "", bits = "32"] = range.split("/");
  const [a, b] = [toNumber(address), toNumber(base)];
  if (a === undefined || b === undefined) return address === base;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(a / size) === Math.floor(b / size);
}

function toNumber(address: string): number | undefined {
  const parts = address.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}
