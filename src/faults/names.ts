import type { FaultMatch, FaultPoint } from "../core/fault.ts";
import { anyGlob, glob, isGlob, nameIn } from "./glob.ts";
import { didYouMean } from "./nearest.ts";
import { RuleError } from "./rule-error.ts";

/** What there is to match on: the names that a rule is checked against, so that one that can never match is refused. */
export interface NameCheck {
  /** Every service whose calls can pass: emulated here or behind an upstream. */
  services(): readonly string[];
  /** The operations of a service; a promise while its model is not loaded yet. */
  operations(service: string): readonly string[] | Promise<readonly string[]>;
  /** Fault points that services declare, by name (`sqs:deliver`). `api` need not be in it. */
  points(): Readonly<Record<string, FaultPoint>>;
  /** Which resources the calls of a service can name. Absent: all can name any. */
  nameable?(service: string): {
    /** Can a call of an operation (of any, when none is given) name a resource whose ARN fits a pattern (any, when none is given)? */
    canName(operation: string | undefined, pattern?: string): boolean;
    /** The types that an operation names, with the form of their ARNs. */
    typesNamed(operation: string | undefined): readonly { readonly arn: { readonly text: string } }[];
  };
}

/** @throws RuleError when no known service has a name that the match allows */
export function checkServices(match: FaultMatch, names: Pick<NameCheck, "services">): void {
  if (match.service === undefined) return;
  const known = names.services();
  for (const pattern of asList(match.service).map(nameIn).filter(isModelled)) {
    if (!known.some(glob(pattern))) {
      throw new RuleError(
        `There is no service "${pattern}".${didYouMean(pattern, known) || newerHint(pattern)}`,
        {
          field: "match.service",
        },
      );
    }
  }
}

/**
 * @returns a promise when the operations of a service are not known yet
 * @throws RuleError for an operation that none of the services has
 */
export function checkOperations(match: FaultMatch, names: NameCheck): void | Promise<void> {
  const search = new OperationSearch(match);
  if (search.isOver) return;
  const services = servicesOf(match, names);
  for (const [at, service] of services.entries()) {
    const known = names.operations(service);
    if (known instanceof Promise) return searchOn(search, services, at, names);
    if (search.meet(known).isOver) return;
  }
  search.end(services);
}

async function searchOn(
  search: OperationSearch,
  services: readonly string[],
  from: number,
  names: NameCheck,
): Promise<void> {
  for (const service of services.slice(from)) {
    if (search.meet(await names.operations(service)).isOver) return;
  }
  search.end(services);
}

/** Looks for each operation of a match in one service after the other, until all are found. */
class OperationSearch {
  #missing: readonly string[];
  readonly #met: string[] = [];
  readonly #namesService: boolean;

  constructor(match: FaultMatch) {
    this.#namesService = match.service !== undefined;
    this.#missing = asList(match.operation)
      .map(nameIn)
      .filter((pattern) => pattern !== "*" && isModelled(pattern));
  }

  get isOver(): boolean {
    return this.#missing.length === 0;
  }

  meet(known: readonly string[]): this {
    this.#met.push(...known);
    // A service without a list (a data plane, an upstream that no model describes) may have any operation.
    const isUnknown = known.length === 0 && this.#namesService;
    this.#missing = isUnknown ? [] : this.#missing.filter((pattern) => !known.some(glob(pattern)));
    return this;
  }

  end(services: readonly string[]): void {
    const [operation] = this.#missing;
    if (operation === undefined) return;
    const where =
      services.length === 1 ? `The service "${services[0]}" has no` : "No matching service has an";
    throw new RuleError(`${where} operation "${operation}".${didYouMean(operation, new Set(this.#met))}`, {
      field: "match.operation",
    });
  }
}

function servicesOf(match: FaultMatch, names: NameCheck): readonly string[] {
  const known = names.services();
  if (match.service === undefined) return known;
  const patterns = asList(match.service);
  if (!patterns.some((pattern) => isGlob(pattern) || pattern.startsWith("!"))) return patterns;
  return known.filter(anyGlob(patterns));
}

/** @throws RuleError for an operation that is none of these */
export function checkAmong(match: FaultMatch, known: readonly string[], where: string): void {
  for (const pattern of asList(match.operation).map(nameIn)) {
    if (known.some(glob(pattern))) continue;
    throw new RuleError(
      `${where} has no operation "${pattern}".${didYouMean(pattern, known)} It has ${known.join(", ")}.`,
      { field: "match.operation" },
    );
  }
}

/** @throws RuleError when no call that the match allows names a resource that it could be matched by */
export function checkResources(match: FaultMatch, names: NameCheck): void {
  if (match.resource === undefined || match.service === undefined || !names.nameable) return;
  const services = servicesOf(match, names);
  const operations = asList(match.operation).map(nameIn);
  const isOpen = operations.length === 0 || operations.some((name) => isGlob(name) || name.startsWith("!"));
  const wanted = isOpen ? [undefined] : operations.map(withoutMark);
  // Without `arn:` a pattern is a name, and names are anybody's.
  const patterns = asList(match.resource).map((one) => (one.startsWith("arn:") ? one : undefined));
  const forms = new Set<string>();
  for (const service of services) {
    const nameable = names.nameable(service);
    for (const operation of wanted) {
      if (patterns.some((pattern) => nameable.canName(operation, pattern))) return;
      for (const { arn } of nameable.typesNamed(operation)) forms.add(arn.text);
    }
  }
  const calls = isOpen
    ? `No call of ${services.join(", ")}`
    : `No call of ${services.join(", ")} ${operations.join(", ")}`;
  throw new RuleError(
    forms.size === 0
      ? `${calls} names a resource that Squall knows of: match.resource can never hold. Match on match.input instead.`
      : `${calls} names such a resource: match.resource can never hold. What it names is ${[...forms].join(", ")}.`,
    { field: "match.resource" },
  );
}

/**
 * AWS has services and operations that are newer than Squall's models. A rule names them with this mark, so that a name
 * that is only misspelt is still refused.
 */
const NEW = "new:";

const isModelled = (name: string) => !name.startsWith(NEW);
const newerHint = (name: string) => ` One that is newer than Squall's models is written "${NEW}${name}".`;

/** A name of a service or operation as it is met in calls: without the mark of what is newer than the models. */
export function withoutMark(name: string): string {
  return name.replace(/^(!?)new:/, "$1");
}

export function asList(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}
