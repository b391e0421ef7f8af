import { setOwn } from "../../core/own.ts";
import { behindLast } from "../../core/text.ts";
import type { PatchOperation } from "../../models/generated/apigateway.ts";
import { badRequest } from "./errors.ts";

/**
 * Patch operations as API Gateway takes them: a table says which operations a path allows and what they do.
 * https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
 */
export type Op = "add" | "remove" | "replace" | "copy" | "move" | "test";

export interface PatchRule<T> {
  /** `/variables/{name}`; a parameter may hold `~1` for a slash and `~0` for a tilde. */
  readonly path: string;
  readonly ops: readonly Op[];
  /** Carries the change out on a draft of the thing. */
  apply(draft: T, change: PatchChange): void;
}

export interface PatchChange {
  readonly op: Op;
  /** Undefined for `remove`. */
  readonly value: string | undefined;
  /** The value as it was given, for `remove` too. */
  readonly given: string | undefined;
  readonly from: string | undefined;
  /** What stands in the path's `{…}` places: as many as its template has. */
  readonly params: readonly string[];
}

/** What stands in the first two places. */
export const firstTwo = ([first = "", second = ""]: readonly string[]) => [first, second] as const;

/** Applies operations in order to a copy; throws BadRequestException and changes nothing when one is wrong. */
export function patched<T>(
  thing: T,
  operations: readonly PatchOperation[] | undefined,
  rules: readonly PatchRule<T>[],
  refused: Refusal = namedRefusal,
): T {
  const draft = structuredClone(thing);
  for (const operation of operations ?? []) apply(draft, operation, rules, refused);
  return draft;
}

/** What a resource says of an operation that it does not take; resources have their own ways to say it. */
export type Refusal = (refused: {
  readonly op: Op;
  readonly path: string | undefined;
  readonly from: string | undefined;
  /** What the path would have taken; empty when there is no such path. */
  readonly supported: readonly Op[];
  /** The paths that take the operation. */
  readonly choices: readonly string[];
}) => Error;

/** Most resources: documentation parts, request validators, resources, API keys, as recorded. */
export const namedRefusal: Refusal = ({ op, path, supported, choices }) => {
  const advice =
    supported.length > 0 ? "Please choose supported operations" : `Must be one of: [${choices.join(", ")}]`;
  return badRequest(`Invalid patch path  '${path ?? ""}' specified for op '${op}'. ${advice}`);
};

/** Gateway responses, as recorded: the path alone is at fault, whatever the operation. */
export const pathRefusal: Refusal = ({ path }) => badRequest(`Invalid patch path ${path ?? "null"}`);

/** Methods, as recorded: a path that is there names its operations, another is at fault itself. */
export const operationRefusal: Refusal = (refused) =>
  refused.supported.length > 0
    ? badRequest(`Invalid patch operation specified. Must be one of: [${refused.supported.join(", ")}]`)
    : pathRefusal(refused);

function apply<T>(
  draft: T,
  operation: PatchOperation,
  rules: readonly PatchRule<T>[],
  refused: Refusal,
): void {
  const op = operation.op as Op | undefined;
  const path = operation.path ?? "";
  if (!op)
    throw badRequest("Invalid patch operation specified. Must be one of: [add, remove, replace, copy]");
  const allowed = rules.filter((rule) => rule.ops.includes(op));
  for (const rule of allowed) {
    const params = matchPath(rule.path, path);
    if (!params) continue;
    const given = operation.value;
    rule.apply(draft, {
      op,
      value: op === "remove" ? undefined : given,
      given,
      from: operation.from,
      params,
    });
    return;
  }
  throw refused({
    op,
    path: operation.path,
    from: operation.from,
    supported: rules.flatMap((rule) => (matchPath(rule.path, path) ? rule.ops : [])),
    choices: allowed.map((rule) => rule.path),
  });
}

/** The parameters of a path that a template matches, unescaped; undefined when it does not. */
function matchPath(template: string, path: string): string[] | undefined {
  const expected = template.split("/");
  const given = path.replace(/\/$/, "").split("/");
  if (expected.length !== given.length) return undefined;
  const params: string[] = [];
  for (const [at, part] of expected.entries()) {
    const actual = given[at] ?? "";
    if (part.startsWith("{")) params.push(unescaped(actual));
    else if (part !== actual) return undefined;
  }
  return params;
}

/** JSON pointer: `~1` is a slash, `~0` a tilde. */
const unescaped = (part: string): string => part.replaceAll("~1", "/").replaceAll("~0", "~");

export type Kind = "text" | "boolean" | "integer" | "number";

export function parseValue(
  kind: Kind,
  value: string | undefined,
  path: string,
): string | number | boolean | undefined {
  if (value === undefined || kind === "text") return value;
  // As Java reads booleans: what is not "true" is false, also a word that means nothing.
  if (kind === "boolean") return value.toLowerCase() === "true";
  const number = Number(value);
  if (value.trim() === "" || !Number.isFinite(number) || (kind === "integer" && !Number.isInteger(number))) {
    throw badRequest(`Invalid number value for ${path}: ${value}`);
  }
  return number;
}

type Optional<T> = { [Name in keyof T]-?: undefined extends T[Name] ? Name : never }[keyof T];

/** `replace` on a member that the thing cannot be without. */
export function required<T>(name: keyof T & string): PatchRule<T> {
  const path = `/${name}`;
  return {
    path,
    ops: ["replace"],
    apply: (draft, { value }) => {
      if (!value) throw badRequest(`Invalid null or empty value in ${name}`);
      draft[name] = value as T[typeof name];
    },
  };
}

/** `replace` on a member that is on or off. */
export const flag = <T>(name: keyof T & string): PatchRule<T> => ({
  path: `/${name}`,
  ops: ["replace"],
  apply: (draft, { value = "" }) => {
    draft[name] = parseValue("boolean", value, `/${name}`) as T[typeof name];
  },
});

/** `replace` (and what `ops` adds to it) on a member that the thing can be without. */
export function member<T>(
  name: Optional<T> & string,
  kind: Kind = "text",
  ops: readonly Op[] = ["replace"],
): PatchRule<T> {
  const path = `/${name}`;
  return {
    path,
    ops,
    apply: (draft, { op, value }) => {
      if (value !== undefined) draft[name] = parseValue(kind, value, path) as T[typeof name];
      else if (kind === "boolean" && op !== "remove") draft[name] = false as T[typeof name];
      else delete draft[name];
    },
  };
}

/** Members at a deeper place: `/canarySettings/percentTraffic`. The objects on the way are made when absent. */
export function nested<T>(path: string, kind: Kind = "text", ops: readonly Op[] = ["replace"]): PatchRule<T> {
  const { owners, name } = placed(path);
  return {
    path,
    ops,
    apply: (draft, { value }) => {
      const owner = descend(draft, owners);
      if (value === undefined) delete owner[name];
      else owner[name] = parseValue(kind, value, path);
    },
  };
}

export interface EntriesOptions {
  readonly kind?: Kind;
  /** What is said of an entry that is to be replaced or removed and is not there; nothing where AWS lets it pass. */
  readonly absent?: () => Error;
  /** A map that every answer has is kept when it is empty. */
  readonly keepsEmpty?: boolean;
  /** A value must be there and not empty. */
  readonly wantsValue?: boolean;
}

/** Entries of a map: add, replace, remove on `/variables/{name}`. */
export function entries<T>(place: string, options: EntriesOptions = {}): PatchRule<T> {
  const { kind = "text", absent, keepsEmpty, wantsValue } = options;
  const path = `${place}/{name}`;
  const { owners, name: mapName } = placed(place);
  return {
    path,
    ops: ["add", "replace", "remove"],
    apply: (draft, { op, value, params: [name = ""] }) => {
      const owner = descend(draft, owners);
      const map = descend(owner, [mapName]);
      if (op !== "add" && absent && !Object.hasOwn(map, name)) throw absent();
      if (op !== "remove" && wantsValue && !value)
        throw badRequest(`Invalid null or empty value in ${place.slice(1)}`);
      if (value === undefined) delete map[name];
      else setOwn(map, name, parseValue(kind, value, path));
      if (!keepsEmpty && Object.keys(map).length === 0) delete owner[mapName];
    },
  };
}

/** Items of a list of texts that are named in the path: add and remove on `/binaryMediaTypes/{item}`. */
export function items<T>(place: string): PatchRule<T> {
  const { owners, name } = placed(place);
  return {
    path: `${place}/{item}`,
    ops: ["add", "remove", "replace"],
    apply: (draft, { op, value, params: [item = ""] }) => {
      const owner = descend(draft, owners);
      const list = (owner[name] as string[] | undefined) ?? [];
      if (op === "replace") owner[name] = list.map((each) => (each === item ? (value ?? item) : each));
      else
        owner[name] =
          op === "add"
            ? [...list.filter((each) => each !== item), item]
            : list.filter((each) => each !== item);
    },
  };
}

/** A list of texts whose items are the operation's value: add and remove on `/authorizationScopes`. */
export function valueItems<T>(
  place: string,
  ops: readonly Op[] = ["add", "remove", "replace"],
): PatchRule<T> {
  const { owners, name } = placed(place);
  return {
    path: place,
    ops,
    apply: (draft, { op, given }) => {
      const owner = descend(draft, owners);
      const list = (owner[name] as string[] | undefined) ?? [];
      const named = (given ?? "").split(",").filter(Boolean);
      if (op === "replace") owner[name] = named;
      else if (op === "add") owner[name] = [...new Set([...list, ...named])];
      else owner[name] = named.length === 0 ? [] : list.filter((item) => !named.includes(item));
    },
  };
}

/** `/canarySettings/percentTraffic`: the objects on the way, and the member's name. */
const placed = (path: string) => ({
  owners: path.split("/").slice(1, -1),
  name: behindLast("/", path),
});

function descend(draft: unknown, names: readonly string[]): Record<string, unknown> {
  let place = draft as Record<string, unknown>;
  for (const name of names) {
    if (!Object.hasOwn(place, name) || place[name] === undefined) setOwn(place, name, {});
    place = place[name] as Record<string, unknown>;
  }
  return place;
}
