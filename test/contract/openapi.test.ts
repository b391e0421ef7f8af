import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { MemoryStore } from "../../src/fleet/memory-store.ts";
import type { Cloud } from "../../src/index.ts";
import { SUBJECTS, templateOf } from "../../src/server/openapi/document.ts";
import { testCloud } from "../cloud.ts";
import { fleetGateway } from "../fleet.ts";

/*
 * docs/openapi.json is the server's own table of pages: what is served and not described fails here, and so does an example that is
 * answered otherwise than the description says.
 */

interface Operation {
  readonly parameters?: readonly { name: string; in: string; example?: unknown }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** What is not there in a cloud that has only just begun: its examples are answered with what the description says of that. */
const NOT_THERE: Readonly<Record<string, number>> = {
  "GET /_squall/cassette": 404,
  "GET /_squall/https": 404,
  "POST /_squall/shutdown": 409,
  "GET /_squall/ui/assets/:name": 404,
  "PUT /_squall/cloudformation/signals/:told": 400,
  "GET /_squall/lambda/code/:sha256": 404,
  "GET /_squall/ssm/attachments/:sha256": 404,
  "GET /_squall/ecs/credentials/:token": 404,
  "GET /_squall/ecs/v4/:token/:container": 404,
  "GET /_squall/ecs/v4/:token/:container/task": 404,
};
/** It is not there when nobody has built the page. */
const OF_THE_PAGE = new Set(["GET /_squall/ui"]);
/** The stream does not end by itself, and only a browser that goes there has the page. */
const ELSEWHERE = new Set(["GET /_squall/events", "GET /"]);

suite("the HTTP API's description", () => {
  let cloud: Cloud;
  let gateway: Cloud;
  let description: Description;
  before(async () => {
    cloud = await testCloud();
    gateway = await fleetGateway(new MemoryStore(() => performance.now()), cloud.url, {
      adminToken: "secret",
    });
    description = (await (await fetch(`${cloud.url}/_squall/openapi.json`)).json()) as Description;
  });
  after(async () => {
    await gateway?.stop();
    await cloud?.stop();
  });

  test("every page that is served is described, and every one that is described is served", async () => {
    const { routes } = (await (await fetch(`${cloud.url}/_squall`)).json()) as { routes: string[] };
    const described = SUBJECTS.flatMap(({ pages }) => Object.keys(pages));
    assert.deepEqual(described.toSorted(), routes.toSorted());
    assert.ok(routes.length > 80, "they are all there");
    const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    assert.deepEqual(operations.toSorted(), routes.map(templateOf).toSorted());
  });

  test("Redocly's linter has nothing to say", async () => {
    const config = await createConfig({
      extends: ["recommended-strict"],
      rules: {
        // It is a local server.
        "no-server-example.com": "off",
        // A rule is one of several forms, each of which wants another of its members.
        "no-required-schema-properties-undefined": "off",
        "no-invalid-media-type-examples": { severity: "error", allowAdditionalProperties: true },
        // Pages that answer whatever is asked of them have nothing to refuse.
        "operation-4xx-response": "off",
        // `/_localstack/init` and `/_squall/faults/{id}` are as they are.
        "no-ambiguous-paths": "off",
      },
    });
    const source = JSON.stringify(description);
    const problems = await lintFromString({ source, absoluteRef: "openapi.json", config });
    assert.deepEqual(
      problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`),
      [],
    );
  });

  for (const { name, pages } of SUBJECTS) {
    test(`${name}: each example is answered as it is described`, async () => {
      const schemas = new Ajv2020({ strict: false, formats: { "date-time": true } });
      schemas.addSchema(description, "api");
      const asked = name === "Fleet" ? gateway : cloud;
      const learnt: Record<string, string> = {};
      for (const [key, page] of Object.entries(pages)) {
        if (ELSEWHERE.has(key)) continue;
        await prepare(cloud, learnt);
        const [method = "", path = ""] = key.split(" ");
        const template = templateOf(path);
        const operation = description.paths[template]?.[method.toLowerCase()];
        assert.ok(operation, key);
        const response = await fetch(asked.url + urlOf(template, operation, learnt), {
          method,
          ...bodyOf(operation, learnt),
          headers: {
            accept: "text/html, application/json",
            ...(asked === gateway && { authorization: "Bearer secret" }),
            ...contentType(operation),
          },
        });
        const status = NOT_THERE[key] ?? Number(Object.keys(page.answers)[0]);
        if (OF_THE_PAGE.has(key) && response.status === 404) continue;
        const bytes = Buffer.from(await response.arrayBuffer());
        assert.equal(response.status, status, `${key}: ${bytes.subarray(0, 500)}`);
        const [type, answer] = Object.entries(operation.responses[status]?.content ?? {})[0] ?? [];
        const given = response.headers.get("content-type") ?? "";
        if (answer === undefined) {
          assert.equal(bytes.length, 0, key);
          continue;
        }
        assert.ok(given.startsWith(type!) || (type === "text/xml" && /json/.test(given)), `${key}: ${given}`);
        if (!/json/.test(type!)) {
          if (type === "application/zip") learnt["state"] = bytes.toString("base64");
          continue;
        }
        const body = JSON.parse(bytes.toString("utf8")) as { id?: string };
        const fits = schemas.compile({
          $ref: `api#/paths/${escaped(template)}/${method.toLowerCase()}/responses/${status}/content/${escaped(type!)}/schema`,
        }) as ValidateFunction;
        assert.ok(fits(body), `${key}: ${schemas.errorsText(fits.errors)} in ${bytes.subarray(0, 2000)}`);
        if (method === "POST" && body.id !== undefined) learnt["id"] = body.id;
      }
    });
  }

  test("a stream of events begins with what is remembered", async () => {
    await cloud.call("sqs", "ListQueues", {});
    const leave = new AbortController();
    const response = await fetch(`${cloud.url}/_squall/events?after=0`, { signal: leave.signal });
    assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
    let text = "";
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      if (/^event: call\n/m.test(text) && /\n\n$/.test(text)) break;
    }
    leave.abort();
    const data = /^data: (.*)$/m.exec(text.slice(text.indexOf("event: call")))![1]!;
    const schemas = new Ajv2020({ strict: false });
    schemas.addSchema(description, "api");
    const fits = schemas.compile({ $ref: "api#/components/schemas/Call" });
    assert.ok(fits(JSON.parse(data)), schemas.errorsText(fits.errors));
  });
});

const escaped = (name: string): string =>
  encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));

/** What examples speak of. */
async function prepare(cloud: Cloud, learnt: Record<string, string>): Promise<void> {
  await cloud.call("sqs", "CreateQueue", { QueueName: "jobs" });
  await cloud.call("sqs", "SendMessage", { QueueUrl: `${cloud.url}/000000000000/jobs`, MessageBody: "1" });
  const { TopicArn } = await cloud.call<{ TopicArn: string }>("sns", "CreateTopic", { Name: "orders" });
  const { SubscriptionArn } = await cloud.call<{ SubscriptionArn: string }>("sns", "Subscribe", {
    TopicArn,
    Protocol: "sms",
    Endpoint: "+15550199",
    ReturnSubscriptionArn: true,
  });
  learnt["arn"] = SubscriptionArn;
  await cloud.call("sns", "Publish", { TopicArn, Message: "hello" });
}

function urlOf(
  template: string,
  { parameters = [] }: Operation,
  learnt: Readonly<Record<string, string>>,
): string {
  const query = new URLSearchParams();
  let path = template;
  for (const { name, in: place, example } of parameters) {
    if (example === undefined) continue;
    if (place === "path")
      path = path.replace(`{${name}}`, encodeURIComponent(learnt[name] ?? String(example)));
    if (place === "query") query.set(name, String(example));
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

function bodyOf(
  { requestBody }: Operation,
  learnt: Readonly<Record<string, string>>,
): { body?: string | Buffer<ArrayBuffer> } {
  const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  if (type === "application/zip") return { body: Buffer.from(learnt["state"] ?? "", "base64") };
  return content?.example === undefined ? {} : { body: JSON.stringify(content.example) };
}

function contentType({ requestBody }: Operation): Record<string, string> {
  const [type] = Object.keys(requestBody?.content ?? {});
  return type === undefined ? {} : { "content-type": type };
}
