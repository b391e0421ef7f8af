import type { FaultPoint, FaultRule, FaultRuleInput } from "../core/fault.ts";
import { frozen } from "../core/frozen.ts";
import { capitalized } from "../core/text.ts";
import { anyGlob } from "./glob.ts";
import { compileMatch } from "./match.ts";
import { checkAmong, checkOperations, checkResources, checkServices, type NameCheck } from "./names.ts";
import { didYouMean } from "./nearest.ts";
import { checkParameters } from "./parameters.ts";
import { RuleError } from "./rule-error.ts";
import { checkedFrequency, checkedTimes } from "./rule-frequency.ts";
import { type Effects, normalizeRule } from "./rules.ts";

/** The fault point that every call passes. */
export const API = "api";

export interface World {
  readonly effects: Effects;
  readonly knows: NameCheck;
  /** Epoch milliseconds, for `ttl`. */
  readonly nowMs: number;
}

/**
 * A rule as the table keeps it: complete, checked and frozen.
 * @param id for a rule that brings none
 * @throws RuleError for a rule that is wrong or can never match. Operations of a service whose names take a moment to
 * know are taken on trust: `checkRule` waits for them
 */
export function checkedRule(input: FaultRuleInput, id: string, world: World): FaultRule {
  const given = normalizeRule(input, world.effects);
  const { point = API, match = {}, owner = "user", percentage = 100, note } = given;
  const params = checkEffect(given, point, world);
  checkServices(match, world.knows);
  checkService(match.service, point);
  if (point === API) checkResources(match, world.knows);
  const pending = checkNames(given, world.knows);
  if (pending instanceof Promise) pending.catch(() => {});
  compileMatch(match);
  return frozen({
    id: given.id ?? id,
    owner,
    point,
    match,
    effect: given.effect,
    params,
    percentage,
    ...checkedFrequency(given, world.nowMs),
    ...checkedTimes(given, world.nowMs),
    ...(note !== undefined && { note }),
  });
}

/**
 * Everything that `checkedRule` checks, and the operations of services whose names take a moment to know.
 * @returns the rule in its full form
 * @throws RuleError
 */
export async function checkRule(input: unknown, world: World): Promise<FaultRuleInput> {
  const given = normalizeRule(input, world.effects);
  checkServices(given.match ?? {}, world.knows);
  await checkNames(given, world.knows);
  checkedRule(given, "rule", world);
  return given;
}

/** Operations are the service's, or those that the point has of its own. */
function checkNames(given: FaultRuleInput, knows: NameCheck): void | Promise<void> {
  const { point = API, match = {} } = given;
  const own = knows.points()[point]?.operations;
  if (own === undefined) return checkOperations(matchAt(given), knows);
  checkAmong(match, own, `The fault point "${point}"`);
}

/** True for an effect that the service which declares the point carries out itself. */
export function isOwnEffect(rule: FaultRule, knows: NameCheck): boolean {
  return rule.point !== API && Object.hasOwn(knows.points()[rule.point]?.effects ?? {}, rule.effect);
}

/** The service that declares a point: what stands before its colon. */
export function serviceOf(point: string): string {
  return point.slice(0, Math.max(0, point.indexOf(":")));
}

function matchAt({ point = API, match = {} }: FaultRuleInput) {
  return point === API || match.service !== undefined ? match : { ...match, service: serviceOf(point) };
}

function checkService(patterns: string | readonly string[] | undefined, point: string): void {
  if (point === API || patterns === undefined) return;
  const service = serviceOf(point);
  if (anyGlob(patterns)(service)) return;
  throw new RuleError(`The fault point "${point}" is in the service "${service}".`, {
    field: "match.service",
  });
}

function checkEffect(
  { effect: name, params = {} }: FaultRuleInput,
  point: string,
  { effects, knows }: World,
) {
  const declared = point === API ? undefined : declaredPoint(point, knows);
  const of = `The effect "${name}"`;
  const own = declared && Object.hasOwn(declared.effects, name) ? declared.effects[name] : undefined;
  if (own) return checkParameters(of, own.parameters, params);
  const possible = effectsAt(declared, effects);
  const effect = possible.includes(name) ? effects.get(name) : undefined;
  if (effect === undefined) {
    const where = point === API ? "" : ` at the fault point "${point}"`;
    const hint = (point === API && elsewhere(name, knows)) || didYouMean(name, possible);
    throw new RuleError(`There is no effect "${name}"${where}.${hint} There is ${possible.join(", ")}.`, {
      field: "effect",
    });
  }
  const checked = checkParameters(of, effect.parameters, params);
  const wrong = effect.check?.(checked);
  if (wrong !== undefined) throw new RuleError(`${capitalized(wrong)}.`, { field: "params" });
  return checked;
}

/** Where there is such an effect, when it is one that a service carries out itself. */
function elsewhere(effect: string, knows: NameCheck): string | undefined {
  const at = Object.entries(knows.points()).flatMap(([point, { effects }]) =>
    Object.hasOwn(effects, effect) ? [`"${point}"`] : [],
  );
  if (at.length === 0) return undefined;
  return ` It is one of the fault point${at.length > 1 ? "s" : ""} ${at.join(", ")}.`;
}

function declaredPoint(point: string, knows: NameCheck): FaultPoint {
  const points = knows.points();
  const declared = Object.hasOwn(points, point) ? points[point] : undefined;
  if (declared) return declared;
  throw new RuleError(
    `There is no fault point "${point}".${didYouMean(point, [API, ...Object.keys(points)])}`,
    {
      field: "point",
    },
  );
}

function effectsAt(declared: FaultPoint | undefined, effects: Effects): string[] {
  if (declared === undefined) return [...effects.keys()];
  const generic = declared.generic ? [...effects.values()].filter(({ onTheWire }) => !onTheWire) : [];
  return [...new Set([...Object.keys(declared.effects), ...generic.map(({ name }) => name)])];
}
