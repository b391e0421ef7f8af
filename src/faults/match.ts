import type { JSONValue } from "@jmespath-community/jmespath";
import type { Caller } from "../core/call.ts";
import { withDeadline } from "../core/deadline.ts";
import type { FaultMatch } from "../core/fault.ts";
import type { Identified, Identity } from "../core/identities.ts";
import { lazily } from "../core/lazily.ts";
import { LimitExceeded } from "../core/limited.ts";
import { rawNumber } from "../core/raw-json.ts";
import { sure } from "../core/sure.ts";
import { anyGlob, glob } from "./glob.ts";
import { asList, withoutMark } from "./names.ts";
import { RuleError } from "./rule-error.ts";
import { sitePattern } from "./site-pattern.ts";

const jmespath = lazily<typeof import("@jmespath-community/jmespath")>("@jmespath-community/jmespath");

/** What a rule is matched against: a call, or what happens at a service's point. */
export interface Facts {
  readonly service: string;
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  readonly caller: Caller | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly input: Readonly<Record<string, unknown>>;
  /** ARNs of the resources named; asked only by rules that match on them. */
  readonly arns: () => readonly string[];
  /** Who the call is, or what happens; asked only by rules that want to know. */
  readonly identified: () => Identified;
}

type Criterion = (facts: Facts) => boolean;

/**
 * A match as one pure predicate, compiled once; the cheap criteria come first. `service` and `operation` are not in
 * it: they are what rules are indexed by (see `matchesName`).
 * @throws RuleError for a JMESPath expression that does not parse. The predicate throws LimitExceeded when one takes too long
 */
export function compileMatch(match: FaultMatch): (facts: Facts) => boolean {
  const criteria = [
    ...identityCriteria(match),
    ...headerCriteria(match),
    ...resourceCriteria(match),
    ...siteCriteria(match),
    ...inputCriteria(match),
  ];
  const [only, ...others] = criteria;
  if (only === undefined) return () => true;
  if (others.length === 0) return only;
  return (facts) => criteria.every((holds) => holds(facts));
}

/** Whoever names Lambda's Invoke means every way to invoke, also the one whose answer comes in pieces. */
const MEANT_BY: Readonly<Record<string, string>> = { InvokeWithResponseStream: "Invoke" };

/** The match's `service` and `operation` as a predicate. */
export function matchesName(match: FaultMatch): (service: string, operation: string) => boolean {
  const service = match.service === undefined ? undefined : anyGlob(asList(match.service).map(withoutMark));
  const names = match.operation === undefined ? undefined : asList(match.operation).map(withoutMark);
  const operation = names && anyGlob(names);
  const isMeant = (o: string) => names?.includes(MEANT_BY[o] ?? "") && !names.includes(`!${o}`);
  return (s, o) =>
    (service === undefined || service(s)) && (operation === undefined || operation(o) || isMeant(o) === true);
}

function* identityCriteria(match: FaultMatch): Generator<Criterion> {
  if (match.account !== undefined) {
    const holds = anyGlob(match.account);
    yield (facts) => holds(facts.account);
  }
  if (match.region !== undefined) {
    const holds = anyGlob(match.region);
    yield (facts) => holds(facts.region);
  }
  if (match.accessKeyId !== undefined) {
    const holds = anyGlob(match.accessKeyId);
    yield ({ caller }) => caller !== undefined && holds(caller.accessKeyId);
  }
  if (match.caller !== undefined) {
    const holds = anyArn(match.caller);
    yield ({ caller }) => caller !== undefined && holds(caller.arn);
  }
  if (match.role !== undefined) {
    const holds = anyArn(match.role);
    yield ({ caller }) => caller?.roleArn !== undefined && holds(caller.roleArn);
  }
  if (match.subnet !== undefined) {
    const holds = anyGlob(match.subnet);
    yield ({ caller }) => caller?.network !== undefined && holds(caller.network.subnetId);
  }
  if (match.vpc !== undefined) {
    const holds = anyGlob(match.vpc);
    yield ({ caller }) => caller?.network !== undefined && holds(caller.network.vpcId);
  }
}

function* headerCriteria(match: FaultMatch): Generator<Criterion> {
  for (const [name, pattern] of Object.entries(match.header ?? {})) {
    const key = name.toLowerCase();
    const holds = glob(pattern);
    // A header may have the name of what every object inherits: `constructor`.
    yield ({ headers }) => Object.hasOwn(headers, key) && holds(sure(headers[key]));
  }
  if (match.userAgent !== undefined) {
    // Nobody knows a whole user agent by heart: the pattern may stand anywhere in it.
    const holds = glob(`*${match.userAgent}*`);
    yield ({ headers }) => headers["user-agent"] !== undefined && holds(headers["user-agent"]);
  }
}

function* resourceCriteria(match: FaultMatch): Generator<Criterion> {
  if (match.resource === undefined) return;
  const holds = anyArn(match.resource);
  yield (facts) => facts.arns().some(holds);
}

function* siteCriteria({ site, parent }: FaultMatch): Generator<Criterion> {
  if (site !== undefined) {
    const holds = anySite(site, "match.site");
    yield (facts) => holds(facts.identified().identity);
  }
  if (parent !== undefined) {
    const holds = anySite(parent, "match.parent");
    yield (facts) => holds(facts.identified().identity.parent);
  }
}

function anySite(patterns: string | readonly string[], field: string) {
  const predicates = (typeof patterns === "string" ? [patterns] : patterns).map((one) =>
    sitePattern(one, field),
  );
  return (identity: Identity | undefined): boolean => {
    const steps = identity?.steps() ?? [];
    return predicates.some((holds) => holds(steps));
  };
}

function* inputCriteria(match: FaultMatch): Generator<Criterion> {
  if (match.input === undefined) return;
  const expression = compileExpression(match.input);
  const needsDeadline = mayTakeLong(expression);
  yield ({ input }) => {
    try {
      const search = () => jmespath().TreeInterpreter.search(expression, asJson(input));
      return isTruthy(needsDeadline ? withDeadline(DEADLINE_MS, search) : search());
    } catch (error) {
      // It was given up (see `mayTakeLong`): nobody knows whether it matches.
      if (error instanceof LimitExceeded)
        throw new LimitExceeded(`match.input was given up: ${error.message}`);
      // A function met a value of a type that it does not take (`starts_with(null, …)`): this input is not what is meant.
      return false;
    }
  };
}

/** An expression that takes longer matches nothing, and that is told. */
const DEADLINE_MS = 20;
/** What goes over many values, again for each value of one around it. */
const MANY = /Projection$|^Flatten$|^MultiSelect|^ExpressionReference$/;
/** Functions whose time and result are no more than their arguments'. */
const QUICK =
  /^(?:abs|avg|ceil|contains|ends_with|floor|keys|length|lower|max|min|not_null|starts_with|sum|to_array|to_number|to_string|trim|type|upper|values)$/;

/** Does an expression take more than a few passes over its input? Most have no projection or one. */
function mayTakeLong(expression: unknown): boolean {
  let many = 0;
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { type, name } = node as { type?: unknown; name?: unknown };
    if (typeof type === "string" && MANY.test(type)) many++;
    if (type === "Function" && !QUICK.test(String(name))) many += 3;
    for (const inner of Object.values(node)) visit(inner);
  };
  visit(expression);
  return many > 2;
}

function compileExpression(text: string) {
  const refuse = (message: string) =>
    new RuleError(`match.input is not a JMESPath expression: ${message}`, { field: "match.input" });
  let expression: ReturnType<ReturnType<typeof jmespath>["compile"]>;
  try {
    expression = jmespath().compile(text);
  } catch (error) {
    throw refuse((error as Error).message);
  }
  try {
    jmespath().TreeInterpreter.search(expression, {});
  } catch (error) {
    // A function that does not exist is only noticed when something is searched. Other complaints are about this empty input.
    const { message } = error as Error;
    if (message.startsWith("Unknown function")) throw refuse(message);
  }
  return expression;
}

/**
 * Patterns of ARNs. One that does not start like an ARN may also name the resource part (`table/orders`) or only the
 * last name in it (`orders`).
 */
function anyArn(patterns: string | readonly string[]): (arn: string) => boolean {
  const predicates = (typeof patterns === "string" ? [patterns] : patterns).map((pattern) => {
    const holds = glob(pattern);
    if (pattern.startsWith("arn:")) return holds;
    return (arn: string) => holds(arn) || holds(resourcePart(arn)) || holds(lastName(arn));
  });
  return (arn) => predicates.some((holds) => holds(arn));
}

/** What stands after `arn:partition:service:region:account:`. */
export function resourcePart(arn: string): string {
  let from = 0;
  for (let colons = 0; colons < 5; colons++) {
    const at = arn.indexOf(":", from);
    if (at < 0) return arn;
    from = at + 1;
  }
  return arn.slice(from);
}

export function lastName(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf(":"), arn.lastIndexOf("/")) + 1);
}

/** JMESPath's truth: everything but null, false, and the empty text, list and object. Zero is true. */
function isTruthy(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === "") return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

/** An input as JMESPath can search it: timestamps as ISO 8601 text, blobs as UTF-8 text, streams left out. */
function asJson(value: unknown): JSONValue {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("utf8");
  if (Array.isArray(value)) return value.map(asJson);
  if (value instanceof Map) return asJson(Object.fromEntries(value));
  if (typeof value === "object" && value !== null) {
    if (Symbol.asyncIterator in value) return null;
    const number = rawNumber(value);
    if (number !== undefined) return number;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asJson(member)]));
  }
  if (typeof value === "bigint") return Number(value);
  return (value ?? null) as JSONValue;
}
