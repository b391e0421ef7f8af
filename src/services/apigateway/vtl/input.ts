import { readJson } from "../../../core/read-json.ts";
import { jsonPath, jsonPathSteps } from "../plane/json-path.ts";
import { spend, spendOnText } from "./effort.ts";

export interface Params {
  readonly path: Readonly<Record<string, string>>;
  readonly querystring: Readonly<Record<string, string>>;
  readonly header: Readonly<Record<string, string>>;
}

/** `$input`: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#input-variable-reference */
export class Input {
  /** The raw payload as text. */
  readonly body: string;
  readonly #params: () => Params;
  #json: { readonly value: unknown } | undefined;

  constructor(body: string, params: () => Params) {
    this.body = body;
    this.#params = params;
  }

  /** What a JSONPath finds, as JSON text. */
  json(path = "$"): string {
    const value = this.path(path);
    if (value === undefined) return '""';
    const json = JSON.stringify(value);
    spendOnText(json);
    return json;
  }

  /** What a JSONPath finds, as a value to go on with. */
  path(path = "$"): unknown {
    this.#json ??= { value: parse(this.body) };
    spend(jsonPathSteps(path, this.body.length) / 1000);
    return jsonPath(this.#json.value, path);
  }

  /** All parameters, or the one of that name: of the path, else of the query string, else of the headers. */
  params(name?: string): unknown {
    const all = this.#params();
    if (name === undefined)
      return { path: { ...all.path }, querystring: { ...all.querystring }, header: { ...all.header } };
    if (Object.hasOwn(all.path, name)) return all.path[name];
    if (Object.hasOwn(all.querystring, name)) return all.querystring[name];
    if (Object.hasOwn(all.header, name)) return all.header[name];
    const lower = name.toLowerCase();
    return Object.entries(all.header).find(([header]) => header.toLowerCase() === lower)?.[1] ?? "";
  }
}

/** No payload is an empty object; a payload that is no JSON is a text. */
function parse(body: string): unknown {
  if (body.trim() === "") return {};
  try {
    return readJson(body) as unknown;
  } catch {
    return body;
  }
}
