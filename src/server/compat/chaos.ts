import { isDeepStrictEqual } from "node:util";
import type { FaultRuleInput, FaultTable } from "../../core/fault.ts";
import { type HttpRequest, type HttpResponse, json } from "../../core/http.ts";
import type { AdminRoute } from "../../core/service.ts";
import { BadRequest, readJson } from "../router.ts";

/** A rule as LocalStack's Chaos API takes it; every field may be left out, and others are kept as they are. */
interface ChaosRule {
  readonly region?: string;
  readonly service?: string;
  readonly operation?: string;
  readonly probability?: number;
  readonly error?: { readonly statusCode?: number; readonly code?: string };
}

/** What a rule of a door becomes in the one table of rules. */
interface Door {
  readonly owner: string;
  readonly check: (rule: ChaosRule, at: number) => void;
  readonly toRule: (rule: ChaosRule) => FaultRuleInput;
}

const FAULTS: Door = {
  owner: "localstack-chaos",
  check: checkFault,
  toRule: ({ probability = 1, error, ...rule }) => ({
    effect: "error",
    params: {
      code: error?.code ?? "ServiceUnavailable",
      status: error?.statusCode ?? 503,
      message: "Operation failed due to a simulated fault",
    },
    match: matchOf(rule),
    percentage: probability * 100,
  }),
};

const OUTAGES: Door = {
  owner: "localstack-outages",
  check: checkNames,
  toRule: ({ service, region }) => ({
    effect: "error",
    params: {
      code: "ServiceUnavailableException",
      status: 503,
      message: `Service '${service ?? "all"}' not accessible due to an outage`,
    },
    match: matchOf({ ...(service && { service }), ...(region && { region }) }),
  }),
};

/**
 * LocalStack's Chaos API and its older outages: doors to Squall's own rules, with the semantics of theirs. Rules strike in
 * their order, the first that fires decides; answers echo them as they came.
 */
export function chaosRoutes(faults: FaultTable): AdminRoute[] {
  return [
    ...ruleRoutes("/_localstack/chaos/faults", new DoorRules(faults, FAULTS)),
    ...ruleRoutes("/_localstack/outages", new DoorRules(faults, OUTAGES)),
    ...effectRoutes(faults),
  ];
}

function ruleRoutes(path: string, rules: DoorRules): AdminRoute[] {
  return [
    { method: "GET", path, handle: () => json(200, rules.list()) },
    { method: "POST", path, handle: (request) => json(200, rules.replace(rulesIn(request))) },
    { method: "PATCH", path, handle: (request) => json(200, rules.append(rulesIn(request))) },
    { method: "DELETE", path, handle: (request) => json(200, rules.remove(rulesIn(request))) },
  ];
}

/** The rules that came through one door, each with what it was written as. */
class DoorRules {
  readonly #faults: FaultTable;
  readonly #door: Door;
  /** By the id of the rule in the table. */
  readonly #written = new Map<string, ChaosRule>();

  constructor(faults: FaultTable, door: Door) {
    this.#faults = faults;
    this.#door = door;
  }

  /** What is still in the table: rules may be removed by other ways, too. */
  list(): ChaosRule[] {
    return this.#ids().map((id) => this.#written.get(id) ?? {});
  }

  /** All or none. */
  append(rules: readonly ChaosRule[]): ChaosRule[] {
    for (const [at, rule] of rules.entries()) this.#door.check(rule, at);
    const added: string[] = [];
    try {
      for (const rule of rules) {
        const { id } = this.#faults.add({ ...this.#door.toRule(rule), owner: this.#door.owner });
        added.push(id);
        this.#written.set(id, rule);
      }
    } catch (error) {
      for (const id of added) this.#drop(id);
      throw new BadRequest((error as Error).message);
    }
    return this.list();
  }

  replace(rules: readonly ChaosRule[]): ChaosRule[] {
    const before = this.#ids();
    this.append(rules);
    for (const id of before) this.#drop(id);
    return this.list();
  }

  /** Those that are exactly like one of these; none given means all. */
  remove(rules: readonly ChaosRule[]): ChaosRule[] {
    for (const id of this.#ids()) {
      const written = this.#written.get(id);
      if (rules.length === 0 || rules.some((rule) => isDeepStrictEqual(rule, written))) this.#drop(id);
    }
    return this.list();
  }

  #ids(): string[] {
    return this.#faults.list(this.#door.owner).map(({ id }) => id);
  }

  #drop(id: string): void {
    this.#faults.remove(id);
    this.#written.delete(id);
  }
}

const EFFECTS_OWNER = "localstack-effects";

/** `{"latency": 500}`: milliseconds for every call. */
function effectRoutes(faults: FaultTable): AdminRoute[] {
  const path = "/_localstack/chaos/effects";
  const current = () => {
    const [rule] = faults.list(EFFECTS_OWNER);
    return { latency: Number(rule?.params["ms"] ?? 0) };
  };
  const set = (request: HttpRequest): HttpResponse => {
    const { latency } = asObject(readJson(request), "The body");
    if (typeof latency !== "number" || !Number.isInteger(latency) || latency < 0)
      throw new BadRequest("latency is a whole number of milliseconds from 0.");
    faults.removeOwner(EFFECTS_OWNER);
    if (latency > 0) faults.add({ effect: "latency", params: { ms: latency }, owner: EFFECTS_OWNER });
    return json(200, current());
  };
  return [
    { method: "GET", path, handle: () => json(200, current()) },
    { method: "POST", path, handle: set },
  ];
}

/** Requests that a service answers outside of its AWS API: an outage of the service is one of them, too. */
const DATA_PLANES: Readonly<Record<string, string>> = {
  apigateway: "execute-api",
  apigatewayv2: "execute-api",
  lambda: "lambda-url",
};

function matchOf({ service, operation, region }: ChaosRule) {
  const plane = service === undefined || operation !== undefined ? undefined : DATA_PLANES[service];
  return {
    ...(service !== undefined && { service: plane === undefined ? service : [service, plane] }),
    ...(operation !== undefined && { operation }),
    ...(region !== undefined && { region }),
  };
}

function rulesIn(request: HttpRequest): ChaosRule[] {
  const body = request.body.length === 0 ? [] : readJson(request);
  if (!Array.isArray(body)) throw new BadRequest("The body is a list of rules.");
  return body.map((rule, at) => asObject(rule, `Rule ${at}`) as ChaosRule);
}

function checkFault(rule: ChaosRule, at: number): void {
  checkNames(rule, at);
  const { operation, probability, error } = rule;
  if (operation !== undefined) checkText(operation, /^[a-zA-Z]+$/, `Rule ${at}: operation`);
  if (
    probability !== undefined &&
    !(typeof probability === "number" && probability >= 0 && probability <= 1)
  ) {
    throw new BadRequest(`Rule ${at}: probability is a number from 0 to 1.`);
  }
  if (error === undefined) return;
  const { statusCode, code } = asObject(error, `Rule ${at}: error`);
  if (
    statusCode !== undefined &&
    !(Number.isInteger(statusCode) && Number(statusCode) >= 400 && Number(statusCode) <= 599)
  ) {
    throw new BadRequest(`Rule ${at}: error.statusCode is a whole number from 400 to 599.`);
  }
  if (code !== undefined) checkText(code, /^[a-zA-Z0-9]+$/, `Rule ${at}: error.code`);
}

function checkNames({ region, service }: ChaosRule, at: number): void {
  if (region !== undefined) checkText(region, /^[a-zA-Z0-9-]+$/, `Rule ${at}: region`);
  if (service !== undefined) checkText(service, /^[a-zA-Z0-9_-]+$/, `Rule ${at}: service`);
}

function checkText(value: unknown, pattern: RegExp, what: string): void {
  if (typeof value !== "string" || !pattern.test(value))
    throw new BadRequest(`${what} must match ${pattern.source}.`);
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new BadRequest(`${what} must be an object.`);
}
