import { invalidDocument } from "./errors.ts";
import { onlyName } from "./intrinsics.ts";
import { isMap, own, type Value, type Values } from "./value.ts";

/** What `${…}` in a `Fn::Sub` may name and the transform can know: a parameter, a resource, or an attribute of one. */
const NAMES = /\$\{([A-Za-z0-9.]+|AWS::[A-Z][A-Za-z]*)\}/g;

/** Replaces what can be known of a value: its maps and lists are changed in place. */
export type Resolve = <T extends Value | undefined>(value: T) => T;

/** Puts parameters' values in place of `Ref` and of `${…}` in `Fn::Sub`. */
export function parameterResolver(parameters: Values): Resolve {
  const lookUp = (name: string, otherwise: Value) =>
    Object.hasOwn(parameters, name) ? (parameters[name] as Value) : otherwise;
  return <T extends Value | undefined>(value: T): T =>
    walk(value as Value, (map, name) => {
      if (name === "Ref" && typeof map["Ref"] === "string") return lookUp(map["Ref"], map);
      if (name === "Fn::Sub") {
        substitute(map, (whole, inside) => {
          const found = lookUp(inside, whole);
          if (isMap(found) || Array.isArray(found)) {
            throw invalidDocument(
              `Invalid Fn::Sub variable value ${JSON.stringify(found)}. Fn::Sub expects all variables to be strings.`,
            );
          }
          return String(found);
        });
      }
      return map;
    }) as T;
}

/** Puts what a mapping has in place of `Fn::FindInMap` with plain keys. */
export function mappingResolver(mappings: Values): Resolve {
  const find = (value: Value): Value => {
    if (onlyName(value) !== "Fn::FindInMap") return value;
    const keys = (value as Values)["Fn::FindInMap"];
    if (!Array.isArray(keys) || keys.length !== 3) {
      throw invalidDocument(
        `Invalid FindInMap value ${JSON.stringify(keys)}. FindInMap expects an array with 3 values.`,
      );
    }
    const [map, top, second] = keys.map((key) => find(key));
    if (typeof map !== "string" || typeof top !== "string" || typeof second !== "string") return value;
    const level = (at: Value | undefined): Values | undefined => {
      if (at === undefined) return undefined;
      if (isMap(at)) return at;
      throw invalidDocument(`Cannot use Fn::FindInMap on Mapping '${map}' which is not a a two-level map.`);
    };
    return own(level(own(level(own(mappings, map)), top)), second) ?? value;
  };
  return <T extends Value | undefined>(value: T): T => walk(value as Value, (map) => find(map)) as T;
}

/** `DependsOn`, `Ref`, `Fn::Sub` and `Fn::GetAtt` follow a resource whose logical id has changed. */
export function followIds(template: Value, renamed: ReadonlyMap<string, string>): void {
  if (renamed.size === 0) return;
  walk(template, (map, name) => {
    const depends = map["DependsOn"];
    if (typeof depends === "string") map["DependsOn"] = renamed.get(depends) ?? depends;
    if (Array.isArray(depends)) {
      map["DependsOn"] = depends.map((id) => (typeof id === "string" ? (renamed.get(id) ?? id) : id));
    }
    if (name === "Ref" && typeof map["Ref"] === "string") map["Ref"] = renamed.get(map["Ref"]) ?? map["Ref"];
    if (name === "Fn::Sub") {
      substitute(map, (whole, inside) => {
        const id = inside.split(".")[0] as string;
        const now = renamed.get(id);
        return now === undefined ? whole : whole.replaceAll(id, now);
      });
    }
    const parts = attributeParts(map, name);
    const now = parts && renamed.get(parts[0] as string);
    if (parts && now) map["Fn::GetAtt"] = [now, ...parts.slice(1)];
    return map;
  });
}

/** `Api.Stage`, `Function.Alias` and the like: the resource that was made, by what SAM calls it. */
export function followReferences(
  template: Value,
  find: (id: string, property: string) => string | undefined,
): void {
  walk(template, (map, name) => {
    if (name === "Ref" && typeof map["Ref"] === "string") {
      const at = map["Ref"].indexOf(".");
      const found = at > 0 ? find(map["Ref"].slice(0, at), map["Ref"].slice(at + 1)) : undefined;
      if (found) map["Ref"] = found;
    }
    if (name === "Fn::Sub") {
      substitute(map, (whole, inside) => {
        const [id, property] = inside.split(".");
        const found = id && property ? find(id, property) : undefined;
        return found === undefined ? whole : whole.replaceAll(`${id}.${property}`, found);
      });
    }
    const parts = attributeParts(map, name);
    const found = parts && find(parts[0] as string, parts[1] as string);
    if (parts && found) map["Fn::GetAtt"] = [found, ...parts.slice(2)];
    return map;
  });
}

/** The id and the attribute of a `Fn::GetAtt`, wherever its dots stand. */
function attributeParts(map: Values, name: string | undefined): string[] | undefined {
  const value = name === "Fn::GetAtt" ? map[name] : undefined;
  if (!Array.isArray(value) || value.length < 2 || !value.every((part) => typeof part === "string"))
    return undefined;
  return value.join(".").split(".");
}

function substitute(map: Values, replace: (whole: string, inside: string) => string): void {
  const value = map["Fn::Sub"];
  if (typeof value === "string") map["Fn::Sub"] = value.replace(NAMES, replace);
  if (Array.isArray(value) && typeof value[0] === "string") value[0] = value[0].replace(NAMES, replace);
}

/** Visits every map, from the outside in, and what stands in its place. */
function walk(value: Value, visit: (map: Values, name: string | undefined) => Value): Value {
  const here = isMap(value) ? visit(value, onlyName(value)) : value;
  if (isMap(here)) {
    for (const name of Object.keys(here)) here[name] = walk(here[name] as Value, visit);
  } else if (Array.isArray(here)) {
    for (const [index, item] of here.entries()) here[index] = walk(item, visit);
  }
  return here;
}
