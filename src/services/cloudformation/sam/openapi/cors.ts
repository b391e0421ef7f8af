import { given, type Value, type Values } from "../value.ts";
import { ANY_METHOD, INTEGRATION, pathItems } from "./paths.ts";

/** `Cors` of a REST API. */
export interface Cors {
  readonly origin: Value;
  readonly headers?: Value | undefined;
  readonly methods?: Value | undefined;
  readonly maxAge?: Value | undefined;
  readonly credentials: boolean;
}

const ALL_METHODS = ["OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"];

/** Every path without `OPTIONS` answers it, for browsers that ask before they call. */
export function addCors(paths: Values, cors: Cors): void {
  const done = new Set<string>();
  for (const path of Object.keys(paths)) {
    const plain = path === "/" ? path : path.replace(/\/+$/, "");
    if (done.has(plain)) continue;
    done.add(plain);
    let methods = cors.methods;
    for (const item of pathItems(paths, path)) {
      if (Object.hasOwn(item, "options")) continue;
      methods ||= `'${allowedMethods(item)}'`;
      item["options"] = preflight({ ...cors, methods });
    }
  }
}

function allowedMethods(item: Values): string {
  const names = Object.keys(item);
  const all = names.includes(ANY_METHOD)
    ? ALL_METHODS
    : [...names, "options"].map((name) => name.toUpperCase());
  return [...new Set(all)].sort().join(",");
}

function preflight(cors: Cors): Values {
  const headers: readonly [name: string, value: Value | undefined, type: string][] = [
    ["Access-Control-Allow-Origin", cors.origin, "string"],
    ["Access-Control-Allow-Headers", cors.headers || undefined, "string"],
    ["Access-Control-Allow-Methods", cors.methods || undefined, "string"],
    ["Access-Control-Max-Age", cors.maxAge ?? undefined, "integer"],
    ["Access-Control-Allow-Credentials", cors.credentials ? "'true'" : undefined, "string"],
  ];
  const sent = headers.filter(([, value]) => value !== undefined);
  return {
    summary: "CORS support",
    consumes: ["application/json"],
    produces: ["application/json"],
    [INTEGRATION]: {
      type: "mock",
      requestTemplates: { "application/json": '{\n  "statusCode" : 200\n}\n' },
      responses: {
        default: {
          statusCode: "200",
          responseParameters: given(
            Object.fromEntries(sent.map(([name, value]) => [`method.response.header.${name}`, value])),
          ),
          responseTemplates: { "application/json": "{}\n" },
        },
      },
    },
    responses: {
      "200": {
        description: "Default response for CORS method",
        headers: Object.fromEntries(sent.map(([name, , type]) => [name, { type }])),
      },
    },
  };
}
