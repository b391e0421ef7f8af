import { invalidDocument } from "../errors.ts";
import { isMap, isSame, type Value, type Values } from "../value.ts";
import { allMethods, securityOf } from "./paths.ts";
import { addIamDefinition } from "./swagger.ts";

/* What a REST API requires of the methods that say nothing of their own. */

/** Members of a path that are no methods. */
const NO_METHODS = ["summary", "description", "parameters"];

/** `DefaultAuthorizer`: the requirement of every method without an authorizer and without `NONE`. */
export function setDefaultAuthorizer(
  document: Values,
  authorizer: string,
  scopes: Value[],
  known: readonly string[],
  withPreflight: boolean,
): void {
  const authorizers = new Set(["AWS_IAM", ...known]);
  eachMethod(document, (method, definition, security) => {
    if (method === "options" && !withPreflight) return;
    const others = security.filter((one) => !Object.keys(one).some((name) => authorizers.has(name)));
    const own = security.filter((one) => !others.includes(one));
    const none = others.findIndex((one) => Object.hasOwn(one, "NONE"));
    const requirements: Values[] = [...others];
    if (none >= 0) requirements.splice(none, 1);
    else requirements.push(...(own.length > 0 ? own : [{ [authorizer]: scopes }]));
    if (requirements.length === 0) return;
    definition["security"] = requirements;
    if (Object.hasOwn(requirements[0] as Values, "AWS_IAM")) addIamDefinition(document);
  });
}

/** `ApiKeyRequired`: every method requires a key but for those that say otherwise. */
export function setDefaultApiKey(document: Values, withPreflight: boolean): void {
  eachMethod(document, (method, definition, security) => {
    const others = security.filter(
      (one) => !Object.hasOwn(one, "api_key") && !Object.hasOwn(one, "api_key_false"),
    );
    const isExempt =
      security.some((one) => Object.hasOwn(one, "api_key_false")) || (method === "options" && !withPreflight);
    const requirements = isExempt ? others : [...others, { api_key: [] }];
    if (!isSame(requirements, security)) definition["security"] = requirements;
  });
}

function eachMethod(
  document: Values,
  visit: (method: string, definition: Values, security: Values[]) => void,
): void {
  const paths = document["paths"] as Values;
  for (const path of Object.keys(paths)) {
    for (const [method, definition] of allMethods(paths, path, NO_METHODS)) {
      const security = securityOf(definition, path, method).map((one) => {
        if (isMap(one)) return one;
        throw invalidDocument(
          `${one} in Security for path ${path} method ${method} is not a valid dictionary.`,
        );
      });
      visit(method, definition, security);
    }
  }
}
