import { invalidDocument } from "../errors.ts";
import { isNoValue } from "../intrinsics.ts";
import { isFilled, isMap, own, type Value, type Values } from "../value.ts";

/*
 * What Swagger and OpenAPI documents have in common: paths, their methods, and the branches of `Fn::If` that either may be.
 */

export const INTEGRATION = "x-amazon-apigateway-integration";
export const ANY_METHOD = "x-amazon-apigateway-any-method";

/** Is this text the version of an OpenAPI 3 document? */
export function isVersion3(version: Value | undefined): boolean {
  return version !== undefined && /^3(\.\d)(\.\d)?$/.test(String(version));
}

/** A method's name in a document. */
export function methodName(method: string): string {
  const name = method.toLowerCase();
  return name === "any" ? ANY_METHOD : name;
}

/** A value, or what the branches of its `Fn::If` are. */
export function branches(item: Value | undefined): (Value | undefined)[] {
  if (!isMap(item) || !Object.hasOwn(item, "Fn::If")) return [item];
  const parts = item["Fn::If"];
  if (!Array.isArray(parts)) throw invalidDocument("Value of Fn::If must be a list.");
  return parts.slice(1).filter((part) => !isNoValue(part));
}

/** The items of a path: one, or the branches of a condition. */
export function pathItems(paths: Values, path: string): Values[] {
  return branches(own(paths, path)).map((item) => pathItem(item, path));
}

export function pathItem(item: Value | undefined, path: string): Values {
  return mustBeMap(item, `Value of '${path}' path must be a dictionary according to Swagger spec.`);
}

export function mustBeMap(value: Value | undefined, message: string): Values {
  if (!isMap(value)) throw invalidDocument(message);
  return value;
}

/** The definitions of a method of a path that integrate with something, in every branch. */
export function methodDefinitions(paths: Values, path: string, method: string): Values[] {
  return pathItems(paths, path).flatMap((item) =>
    branches(own(item, methodName(method)))
      .map((definition) => methodDefinition(definition, path, method))
      .filter(hasIntegration),
  );
}

/** All methods of a path that integrate with something. */
export function allMethods(
  paths: Values,
  path: string,
  but: readonly string[] = [],
): [method: string, definition: Values][] {
  return pathItems(paths, path).flatMap((item) =>
    Object.entries(item)
      .filter(([method]) => !but.includes(method))
      .flatMap(([method, definitions]) =>
        branches(definitions)
          .map((definition) => methodDefinition(definition, path, method))
          .filter(hasIntegration)
          .map((definition): [string, Values] => [methodName(method), definition]),
      ),
  );
}

function methodDefinition(definition: Value | undefined, path: string, method: string): Values {
  return mustBeMap(definition, `Definition of method '${method}' for path '${path}' should be a map.`);
}

function hasIntegration(definition: Values): boolean {
  return isFilled(definition[INTEGRATION]);
}

/** Does a method of a path integrate with something already, in every branch? */
export function isIntegrated(paths: Values, path: string, method: string): boolean {
  const name = methodName(method);
  if (!Object.hasOwn(paths, path)) return false;
  const items = branches(own(paths, path));
  if (!items.every((item) => isMap(item) && Object.hasOwn(item, name))) return false;
  return items.every((item) => {
    const definition = pathItem(item, path)[name];
    return (
      isMap(definition) &&
      branches(definition).some((branch) => hasIntegration(methodDefinition(branch, path, name)))
    );
  });
}

/** A path with a method in it, made where it is not there. */
export function addPath(paths: Values, path: string, method: string): void {
  if (!Object.hasOwn(paths, path)) paths[path] = {};
  for (const item of branches(
    mustBeMap(paths[path], `Value of '${path}' path must be a dictionary according to Swagger spec.`),
  )) {
    const name = methodName(method);
    if (isMap(item) && !Object.hasOwn(item, name)) item[name] = {};
  }
}

/** The requirements that a method has so far. */
export function securityOf(definition: Values, path: string, method: string): Value[] {
  const security = definition["security"] ?? [];
  if (!Array.isArray(security)) {
    throw invalidDocument(`Type of security for path ${path} method ${method} must be a list`);
  }
  return security;
}

/** Sets a value deep in a document; maps on the way are made. */
export function setDeep(document: Values, names: readonly string[], value: Value, what: string): void {
  let at: Value = document;
  for (const [index, name] of names.entries()) {
    if (!isMap(at)) {
      const path = names.slice(0, index).join(".");
      throw invalidDocument(`${what}: The value of '${path}' should be a map.`);
    }
    if (index === names.length - 1) at[name] = value;
    else at = at[name] ??= {};
  }
}
