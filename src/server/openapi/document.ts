import type { AdminRoute } from "../../core/service.ts";
import { rulesSchema } from "../schemas.ts";
import { calls } from "./calls.ts";
import { compat } from "./compat.ts";
import type { Answer, Described, Parameter, Subject } from "./described.ts";
import { fleet } from "./fleet.ts";
import { rules } from "./rules.ts";
import { ref, type Schema } from "./schema.ts";
import { SCHEMAS } from "./schemas.ts";
import { experiments, services } from "./services.ts";
import { world } from "./world.ts";

/** Every page of the HTTP API by its subject. Services' AWS APIs are AWS's. */
export const SUBJECTS: readonly Subject[] = [rules, calls, experiments, world, services, fleet, compat];

/** What every page may answer. */
const REFUSALS: Readonly<Record<number, Answer>> = {
  400: { description: "The request is wrong; the message says how.", schema: ref("Error") },
  401: { description: "It takes the admin token.", schema: ref("Error") },
  403: { description: "Another site's page asks, or somebody who may only look.", schema: ref("Error") },
};

/**
 * The HTTP API as OpenAPI 3.1.
 * @param routes the pages that are served: who is described and is none of them is left out
 */
export async function openApi(
  routes: readonly Pick<AdminRoute, "method" | "path" | "isOpen">[],
  version: string,
): Promise<Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { name, pages } of SUBJECTS)
    for (const [key, page] of Object.entries(pages)) {
      const route = routes.find(({ method, path }) => key === `${method} ${path}`);
      if (!route) continue;
      const path = templateOf(route.path);
      paths[path] ??= {};
      paths[path][route.method.toLowerCase()] = operation(route, name, page);
    }
  return {
    openapi: "3.1.1",
    info: {
      title: "Squall's HTTP API",
      version,
      summary: "What the dashboard, the commands and the kits use.",
      description: "Beside AWS's own APIs, which stand at the same address.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "http://127.0.0.1:4566", description: "As `squall start` listens." }],
    security: [{ token: [] }, {}],
    tags: SUBJECTS.map(({ name, description }) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "The admin token: none is asked for on loopback, unless one was given.",
        },
      },
      schemas: { ...SCHEMAS, ...(await writtenRules()) },
    },
  };
}

/** `/_squall/faults/:id` as `/_squall/faults/{id}`. */
export const templateOf = (path: string): string => path.replaceAll(/[:*](\w+)/g, "{$1}");

function operation(
  { method, path, isOpen }: Pick<AdminRoute, "method" | "path" | "isOpen">,
  subject: string,
  { summary, description, body, answers, ...asked }: Described,
): Schema {
  const places = [
    ["path", asked.path],
    ["query", asked.query],
    ["header", asked.headers],
  ] as const;
  const parameters = places.flatMap(([place, named = {}]) =>
    Object.entries(named).map(([name, parameter]) => parameterOf(place, name, parameter)),
  );
  const all = { ...(isOpen ? {} : REFUSALS), ...answers };
  return {
    operationId: operationIdOf(method, path),
    tags: [subject],
    summary,
    ...(description !== undefined && { description }),
    ...(isOpen && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: body.isOptional !== true,
        content: {
          [body.type ?? "application/json"]: {
            schema: body.schema,
            ...(body.example !== undefined && { example: body.example }),
          },
        },
      },
    }),
    responses: Object.fromEntries(
      Object.entries(all).map(([status, { schema, type = "application/json", ...answer }]) => [
        status,
        { ...answer, ...(schema && { content: { [type]: { schema } } }) },
      ]),
    ),
  };
}

const parameterOf = (place: string, name: string, { example, ...parameter }: Parameter): Schema => ({
  name,
  in: place,
  ...(place === "path" && { required: true }),
  ...parameter,
  ...(example !== undefined && {
    example: parameter.schema["type"] === "integer" ? Number(example) : example,
  }),
});

/** `GET /_squall/faults/:id` is `getFaultsId`. */
function operationIdOf(method: string, path: string): string {
  const words = path.replace(/^\/_squall/, "").split(/[^a-zA-Z0-9]+/);
  const named = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return method.toLowerCase() + (path === "/" ? "Page" : path === "/_squall" ? "Pages" : named);
}

/** A rule as it is written. */
async function writtenRules(): Promise<Record<string, Schema>> {
  const text = (await rulesSchema()).toString("utf8");
  const { definitions } = JSON.parse(
    text.replaceAll('"#/definitions/match"', '"#/components/schemas/RuleMatch"'),
  ) as { definitions: Record<"match" | "rule", Schema> };
  return { RuleInput: definitions.rule, RuleMatch: definitions.match };
}
