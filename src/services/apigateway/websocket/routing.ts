import { fromJson } from "../plane/parameter-source.ts";

/**
 * The route key that a message asks for, by the API's selection expression: `$request.body.action`,
 * `${request.body.service}/${request.body.action}`; undefined when the message has no such thing.
 */
export function routeKeyOf(expression: string, body: string): string | undefined {
  const value = (path: string) => fromJson(body, path);
  if (/^\$request\.body\.[^\s${}]+$/.test(expression))
    return value(expression.slice("$request.body.".length));
  let complete = true;
  const key = expression.replace(/\$\{request\.body\.([^}]+)\}/g, (_, path: string) => {
    const found = value(path);
    if (found === undefined) complete = false;
    return found ?? "";
  });
  return complete ? key : undefined;
}
