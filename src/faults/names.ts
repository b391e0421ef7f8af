import type { FaultMatch, FaultPoint } from "../core/fault.ts";
import { glob, isGlob } from "./glob.ts";
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
}

/** @throws RuleError when no known service has a name that the match allows */
export function checkServices(match: FaultMatch, names: NameCheck): void {
  if (match.service === undefined) return;
  const known = names.services();
  for (const pattern of asList(match.service)) {
    if (!known.some(glob(pattern))) {
      throw new RuleError(`There is no service "${pattern}".${didYouMean(pattern, known)}`, {
        field: "match.service",
      });
    }
  }
}

/**
 * @returns a promise when the operations of a service are not known yet
 * @throws RuleError when none of the services has an operation that the match allows
 */
export function checkOperations(match: FaultMatch, names: NameCheck): void | Promise<void> {
  const patterns = asList(match.operation).filter((pattern) => pattern !== "*");
  if (patterns.length === 0) return;
  const services = servicesOf(match, names);
  const lists = services.map((service) => names.operations(service));
  const check = (known: readonly (readonly string[])[]) => {
    for (const pattern of patterns) checkOperation(pattern, services, known);
  };
  if (lists.some((list) => list instanceof Promise)) return Promise.all(lists).then(check);
  check(lists as (readonly string[])[]);
}

function checkOperation(
  pattern: string,
  services: readonly string[],
  known: readonly (readonly string[])[],
): void {
  const matches = isGlob(pattern) ? glob(pattern) : undefined;
  // A service without a known list (an upstream that no model describes) may have any operation.
  if (known.some((list) => list.length === 0 || (matches ? list.some(matches) : list.includes(pattern))))
    return;
  const where = services.length === 1 ? `The service "${services[0]}" has no` : "No matching service has an";
  throw new RuleError(`${where} operation "${pattern}".${didYouMean(pattern, new Set(known.flat()))}`, {
    field: "match.operation",
  });
}

function servicesOf(match: FaultMatch, names: NameCheck): readonly string[] {
  const known = names.services();
  if (match.service === undefined) return known;
  const patterns = asList(match.service);
  if (!patterns.some(isGlob)) return patterns;
  return known.filter((service) => patterns.some((pattern) => glob(pattern)(service)));
}

export function asList(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}
