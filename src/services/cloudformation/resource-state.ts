import type { Made, ResourceContext, ResourceType } from "./resource-type.ts";
import { isSame, type Value, type Values } from "./sam/value.ts";
import type { ResourceRecord, ResourceState } from "./stack.ts";
import type { Scope } from "./template/functions.ts";
import type { Declared } from "./template/template.ts";

/* What a resource is, was and is to be: how two states differ, and what of one is kept in another. */

/** `stack-LogicalId-1A2B3C4D5E6F`, no longer than a service takes it. */
export function madeName(
  stack: string,
  logicalId: string,
  suffix: string,
  most = 255,
  { lower = false, suffix: ending = "" }: { readonly lower?: boolean; readonly suffix?: string } = {},
): string {
  const room = most - suffix.length - ending.length - 2;
  const [a, b] = [stack.length, logicalId.length];
  const half = Math.floor(room / 2);
  const first = a + b <= room ? stack : stack.slice(0, Math.max(half, room - b));
  const second = a + b <= room ? logicalId : logicalId.slice(0, room - first.length);
  const name = `${[first, second, suffix].filter(Boolean).join("-")}${ending}`;
  return lower ? name.toLowerCase() : name;
}

/** Is a resource wanted, by its condition? */
export function isWanted({ condition }: Pick<Declared, "condition">, scope: Scope): boolean {
  return condition === undefined || scope.condition(String(condition));
}

/** Do the properties that differ ask for another resource? */
export function isReplaced(type: ResourceType, before: Values, after: Values): boolean {
  const kept = type.inPlace?.(after) ?? [];
  return type.replacedBy.some((path) =>
    path === "*"
      ? !isSame(before, after)
      : !kept.includes(path) && !isSame(at(before, path) as Value, at(after, path) as Value),
  );
}

const at = (values: Values, path: string): unknown =>
  path.split(".").reduce<unknown>((value, part) => (value as Values | undefined)?.[part], values);

/** All that CloudFormation has tagged a resource with. One of a database of before knows its stack's tags no more. */
export function stackTagsOf(
  { stackTags }: ResourceState,
  at: Pick<ResourceContext, "stackTags">,
): Readonly<Record<string, string>> {
  if (!stackTags) return {};
  const ours = Object.entries(at.stackTags).filter(([key]) => key.startsWith("aws:cloudformation:"));
  return { ...stackTags, ...Object.fromEntries(ours) };
}

type Tagged = Pick<ResourceState, "stackTags">;

export const hasOtherStackTags = (one: Tagged, other: Tagged): boolean =>
  !isSame({ ...one.stackTags }, { ...other.stackTags });

/** Each member of a state: `said` of it by its template, where a change asks for nothing to be done, or `made` with it. */
const MEMBERS: Readonly<Record<keyof ResourceState, "said" | "made">> = {
  type: "made",
  physicalId: "made",
  properties: "made",
  attributes: "made",
  isSkipped: "made",
  deletionPolicy: "said",
  updateReplacePolicy: "said",
  metadata: "said",
  stackTags: "said",
  dependsOn: "said",
};
const ALL = Object.keys(MEMBERS) as (keyof ResourceState)[];
const SAID = ALL.filter((name) => MEMBERS[name] === "said");

function taken<T extends ResourceState>(from: ResourceState, names: readonly string[], into: T): T {
  const others = Object.entries(into).filter(([name]) => !names.includes(name));
  const own = Object.entries(from).filter(([name, value]) => names.includes(name) && value !== undefined);
  return Object.fromEntries([...others, ...own]) as unknown as T;
}

/** A resource with all that a template says of it beside its properties, and with nothing that an earlier one said. */
export const said = <T extends ResourceState>(record: T, state: ResourceState): T =>
  taken(state, SAID, record);

/** A resource in another state, and with nothing of the one that it was in. */
export const inState = <T extends ResourceState>(record: T, state: ResourceState): T =>
  taken(state, ALL, record);

/** A state by itself, without what else is known of a resource. */
export const snapshot = (state: ResourceState): ResourceState =>
  Object.fromEntries(
    ALL.filter((name) => state[name] !== undefined).map((name) => [name, state[name]]),
  ) as unknown as ResourceState;

export const madeOf = ({ id, attributes }: Made, before: ResourceState["attributes"]) => ({
  physicalId: id,
  attributes: attributes ?? before,
});

export const failed = (status: string, reason: string, atMs: number) => ({ status, reason, atMs });

/** Those first that others depend on. */
export function inOrder(records: readonly ResourceRecord[]): ResourceRecord[] {
  const left = new Map(records.map((record) => [record.logicalId, record]));
  const order: ResourceRecord[] = [];
  const visit = (record: ResourceRecord): void => {
    if (!left.delete(record.logicalId)) return;
    for (const id of record.dependsOn) {
      const other = left.get(id);
      if (other) visit(other);
    }
    order.push(record);
  };
  for (const record of records) visit(record);
  return order;
}
