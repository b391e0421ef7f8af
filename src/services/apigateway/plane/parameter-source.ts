import { withDeadline } from "../../../core/deadline.ts";
import { LimitExceeded } from "../../../core/limited.ts";
import { readJson } from "../../../core/read-json.ts";
import type { Fields } from "./fields.ts";
import { internalError } from "./gateway-error.ts";
import { at, textOf } from "./gateway-response.ts";
import { jsonPath, jsonPathSteps } from "./json-path.ts";

/** What parameter mappings read from the method request. */
export interface RequestSource {
  readonly headers: Fields;
  readonly query: Fields;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly context: unknown;
  readonly variables: Readonly<Record<string, string>>;
  /** The body as text. */
  body(): string;
}

/**
 * The value that a mapping expression names: `method.request.path.id`, `context.identity.sourceIp`, `'literal'` …
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 */
export function requestValue(expression: string, source: RequestSource): string | string[] | undefined {
  if (expression.startsWith("'")) return expression.slice(1, -1);
  const [, kind, name] = /^method\.request\.(\w+)(?:\.(.+))?$/s.exec(expression) ?? [];
  switch (kind) {
    case "path":
      return source.pathParameters[name ?? ""];
    case "querystring":
      return source.query.get(name ?? "");
    case "multivaluequerystring":
      return source.query.all(name ?? "") as string[] | undefined;
    case "header":
      return source.headers.get(name ?? "");
    case "multivalueheader":
      return source.headers.all(name ?? "") as string[] | undefined;
    case "body":
      return name ? fromJson(source.body(), name) : source.body();
    default:
      return scoped(expression, source);
  }
}

/** `context.…` and `stageVariables.…`, which every mapping knows. */
export function scoped(
  expression: string,
  source: { readonly context: unknown; readonly variables: Readonly<Record<string, string>> },
): string | undefined {
  if (expression.startsWith("context.")) return textOf(at(source.context, expression.slice(8)));
  if (expression.startsWith("stageVariables.")) return source.variables[expression.slice(15)];
  return undefined;
}

/** Paths that may take longer are given a deadline. */
const FEW_STEPS = 1_000_000;
const DEADLINE_MS = 50;

/**
 * A value in a JSON body by a path without its `$.`; texts without their quotes.
 * @throws GatewayError 500 for a path that takes too long
 */
export function fromJson(body: string, path: string): string | undefined {
  try {
    const find = () => textOf(jsonPath(readJson(body), `$.${path}`));
    return jsonPathSteps(path, body.length) > FEW_STEPS ? withDeadline(DEADLINE_MS, find) : find();
  } catch (error) {
    if (error instanceof LimitExceeded)
      throw internalError(`Execution failed: the path $.${path} was given up: ${error.message}`);
    return undefined;
  }
}
