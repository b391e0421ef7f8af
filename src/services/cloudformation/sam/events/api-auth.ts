import { InvalidEvent } from "../errors.ts";
import { aList, aMap, inEvent, inResource } from "../expect.ts";
import { addCustomStatements, addResourcePolicy } from "../openapi/resource-policy.ts";
import { addApiKeyDefinition, addSecurity } from "../openapi/swagger.ts";
import { pythonText } from "../python-json.ts";
import type { Translation } from "../translation.ts";
import { isFilled, isMap, own, type Value, type Values } from "../value.ts";
import type { ApiMethod } from "./api.ts";

/** `Auth` of an event: who may call the method of a REST API. */
export function authorizeMethod(
  at: ApiMethod,
  document: Values,
  api: Values,
  auth: Values,
  translation: Translation,
): void {
  const apiAuth = translation.resolve(api["Auth"]);
  const declared = isMap(apiAuth) ? apiAuth : {};
  const authorizer = auth["Authorizer"];
  if (isFilled(authorizer)) checkAuthorizer(at, authorizer, declared);
  const scopes = auth["AuthorizationScopes"];
  if (isFilled(scopes)) {
    aList(scopes, inEvent(at.event.name, "Auth.AuthorizationScopes"));
    if (!isFilled(authorizer)) {
      throw new InvalidEvent(at.event.name, "AuthorizationScopes works only when Authorizer is set");
    }
  }
  if (isFilled(authorizer)) {
    addSecurity(document, at.path, at.method, {
      [String(authorizer)]: scopesOf(String(authorizer), auth, declared),
    });
  }
  requireKey(at, document, auth, declared);
  const policy = auth["ResourcePolicy"];
  if (isFilled(policy)) {
    const wanted = aMap(policy, inResource(at.event.name, "Auth.ResourcePolicy"));
    addResourcePolicy(document, at.path, at.stage, wanted);
    if (isFilled(wanted["CustomStatements"])) addCustomStatements(document, wanted["CustomStatements"]);
  }
}

function checkAuthorizer(at: ApiMethod, authorizer: Value, declared: Values): void {
  const authorizers = declared["Authorizers"];
  if (isFilled(authorizers)) aMap(authorizers, inResource(String(at.id), "Auth.Authorizers"));
  if (authorizer === "AWS_IAM") return;
  if (authorizer === "NONE") {
    if (!isFilled(declared["DefaultAuthorizer"])) throw cannotAuthorize(at, undefined, NO_DEFAULT);
    return;
  }
  if (!isFilled(authorizers)) {
    throw cannotAuthorize(at, authorizer, "because the related API does not define any Authorizers.");
  }
  checkKinds(at, authorizer, authorizers);
  if (!isFilled(own(authorizers as Values, String(authorizer)))) {
    throw cannotAuthorize(at, authorizer, "because it wasn't defined in the API's Authorizers.");
  }
}

/** Which method of which event an authorizer is wanted for. */
export type AuthorizedMethod = Pick<ApiMethod, "event" | "method" | "path">;

export const NO_DEFAULT =
  "because 'NONE' is only a valid value when a DefaultAuthorizer on the API is specified.";

export function cannotAuthorize(
  at: AuthorizedMethod,
  authorizer: Value | undefined,
  why: string,
): InvalidEvent {
  const named = authorizer === undefined ? "" : ` [${pythonText(authorizer)}]`;
  return new InvalidEvent(
    at.event.name,
    `Unable to set Authorizer${named} on API method [${at.method}] for path [${at.path}] ${why}`,
  );
}

export function checkKinds(at: AuthorizedMethod, authorizer: Value, authorizers: Value | undefined): void {
  if (typeof authorizer === "string" && isMap(authorizers)) return;
  const named = new InvalidEvent(
    at.event.name,
    `Unable to set Authorizer [${pythonText(authorizer)}] on API method [${at.method}] for path [${at.path}]. The method authorizer must be a string with a corresponding dict entry in the api authorizer.`,
  );
  throw named;
}

/** The scopes of the event, or else of the authorizer. */
function scopesOf(authorizer: string, auth: Values, declared: Values): Value {
  if (authorizer === "NONE" || !isMap(declared["Authorizers"])) return [];
  const known = own(declared["Authorizers"], authorizer);
  if (!isMap(known)) return [];
  return own(auth, "AuthorizationScopes") ?? own(known, "AuthorizationScopes") ?? [];
}

/** `ApiKeyRequired`: `false` makes an exception of what the API says. */
function requireKey(at: ApiMethod, document: Values, auth: Values, declared: Values): void {
  const required = own(auth, "ApiKeyRequired");
  if (required === undefined) return;
  if (isFilled(required)) {
    addSecurity(document, at.path, at.method, { api_key: [] });
    addApiKeyDefinition(document);
    return;
  }
  if (!isFilled(declared["ApiKeyRequired"])) {
    throw new InvalidEvent(
      at.event.name,
      `Unable to set ApiKeyRequired [False] on API method [${at.method}] for path [${at.path}] because the related API does not specify any ApiKeyRequired.`,
    );
  }
  addSecurity(document, at.path, at.method, { api_key_false: [] });
}
