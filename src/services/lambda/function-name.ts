import { makeArn, parseArn } from "../../core/arn.ts";
import { invalidParameter, validation } from "./errors.ts";

/** Where a function lives. */
export interface Scope {
  readonly account: string;
  readonly region: string;
}

/** A function as a request names it. */
export interface FunctionReference extends Scope {
  readonly name: string;
  /** A version, an alias, or `$LATEST`; undefined when the request gives none. */
  readonly qualifier?: string;
}

const NAME = /^[a-zA-Z0-9-_]+$/;
const LONGEST_NAME = 64;
const QUALIFIER = /^(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+)$/;

/**
 * Reads any of AWS's forms: `name`, `name:qualifier`, `account:function:name`, `function:name` or a whole ARN.
 * The qualifier of the request itself must agree with the one in the name.
 */
export function functionReference(text: string, scope: Scope, qualifier?: string): FunctionReference {
  const { account, region, path } = locate(text, scope);
  const [name, ownQualifier, ...rest] = path;
  if (
    !name ||
    !NAME.test(name) ||
    rest.length > 0 ||
    (ownQualifier !== undefined && !QUALIFIER.test(ownQualifier))
  ) {
    throw validation(
      `1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`,
    );
  }
  if (ownQualifier && qualifier && ownQualifier !== qualifier) {
    throw invalidParameter(
      "The derived qualifier from the function name does not match the specified qualifier.",
    );
  }
  const found = ownQualifier ?? qualifier;
  return { account, region, name, ...(found !== undefined && { qualifier: found }) };
}

function locate(text: string, scope: Scope): Scope & { path: string[] } {
  const arn = parseArn(text);
  if (arn) {
    const parts = arn.resource.split(":");
    // As AWS's pattern has it, `function:` may be left out: what follows the account is the name then (recorded).
    const path = parts[0] === "function" && parts.length > 1 ? parts.slice(1) : parts;
    return {
      account: arn.account || scope.account,
      region: arn.region || scope.region,
      path: arn.service === "lambda" ? path : [],
    };
  }
  const parts = text.split(":");
  const [first = "", second] = parts;
  if (second === "function") return { account: first, region: scope.region, path: parts.slice(2) };
  if (first === "function" && second !== undefined) return { ...scope, path: parts.slice(1) };
  return { account: scope.account, region: scope.region, path: parts };
}

/** A name that a new function may have. @throws InvalidParameterValueException, ValidationException */
export function newFunctionName(text: string, scope: Scope): string {
  const { name } = functionReference(text, scope);
  if (name.length > LONGEST_NAME) {
    throw invalidParameter(
      `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to ${LONGEST_NAME}`,
    );
  }
  return name;
}

/** `arn:aws:lambda:<region>:<account>:function:<name>[:<qualifier>]` */
export function functionArn(scope: Scope, name: string, qualifier?: string): string {
  const suffix = qualifier === undefined ? "" : `:${qualifier}`;
  return makeArn("lambda", scope.region, scope.account, `function:${name}${suffix}`);
}
