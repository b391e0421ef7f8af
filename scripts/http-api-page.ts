import type { Described, Parameter } from "../src/server/openapi/described.ts";
import { SUBJECTS, templateOf } from "../src/server/openapi/document.ts";

/** docs/http-api.md: every page of the HTTP API, as its OpenAPI description has it. */
export function httpApiPage(): string {
  return [
    "# HTTP API",
    "",
    "What the dashboard, the commands and the kits use, at the address that AWS's APIs are at. Written by `npm run docs` from the description that `GET /_squall/openapi.json` answers: OpenAPI 3.1, with schemas of all that is sent and answered. Tests ask for every page that a Squall serves, with the examples that stand here, and hold the answers against the schemas.",
    "",
    "Errors are JSON with a `message`. Where Squall listens elsewhere than on loopback, or was given a token, it takes `authorization: Bearer TOKEN`. Pages of other sites are refused ([SECURITY.md](../SECURITY.md)).",
    "",
    ...SUBJECTS.flatMap(({ name, description, pages }) => [
      `## ${name}`,
      "",
      description,
      "",
      ...Object.entries(pages).flatMap(([key, page]) => section(key, page)),
    ]),
  ].join("\n");
}

function section(key: string, { summary, description, body, answers, ...asked }: Described): string[] {
  const [method = "", path = ""] = key.split(" ");
  const template = templateOf(path);
  const parameters = { ...asked.path, ...asked.query, ...asked.headers };
  return [
    `### ${method} ${template}`,
    "",
    [`${summary}.`.replace(/\?\.$/, "?"), description].filter(Boolean).join(" "),
    "",
    ...(Object.keys(parameters).length > 0
      ? ["| parameter | |", "|---|---|", ...Object.entries(parameters).map(parameterLine), ""]
      : []),
    "```sh",
    curl(method, template, { ...asked, ...(body && { body }) }),
    "```",
    "",
    ...Object.entries(answers).map(([status, answer]) => `* ${status}: ${answer.description}`),
    "",
  ];
}

const parameterLine = ([name, { description }]: readonly [string, Parameter]): string =>
  `| \`${name}\` | ${description} |`;

function curl(
  method: string,
  template: string,
  { path = {}, query = {}, body }: Pick<Described, "path" | "query" | "body">,
): string {
  const filled = Object.entries(path).reduce(
    (text, [name, { example = "" }]) => text.replace(`{${name}}`, encodeURIComponent(example)),
    template,
  );
  const asked = Object.entries(query)
    .filter(([, { example }]) => example !== undefined)
    .map(([name, { example = "" }]) => `${name}=${encodeURIComponent(example)}`);
  const url = `http://127.0.0.1:4566${filled}${asked.length > 0 ? `?${asked.join("&")}` : ""}`;
  const verb = method === "GET" || (method === "POST" && body) ? "" : ` -X ${method}`;
  if (body?.type === "application/zip") return `curl --data-binary @squall.zip '${url}'`;
  if (body?.example === undefined) return `curl${verb} '${url}'`;
  return `curl${verb} '${url}' -d '${JSON.stringify(body.example)}'`;
}
