import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import {
  CreateDeploymentCommand,
  CreateStageCommand,
  GetExportCommand,
  GetMethodCommand,
  GetModelCommand,
  GetResourcesCommand,
  ImportRestApiCommand,
  PutRestApiCommand,
} from "@aws-sdk/client-api-gateway";
import { parse } from "yaml";
import { testCloud } from "../../../../test/cloud.ts";
import type { Cloud } from "../../../index.ts";
import { Bed, RestApiBed } from "../bed.fixture.ts";

const FILE = readFileSync(new URL("./pet-clinic.fixture.yaml", import.meta.url));

let cloud: Cloud;
before(async () => {
  cloud = await testCloud();
});
after(() => cloud[Symbol.asyncDispose]());

async function importApi(
  bed: Bed,
  body: Uint8Array,
  parameters?: Record<string, string>,
): Promise<RestApiBed> {
  const { id, rootResourceId } = await bed.apis.send(new ImportRestApiCommand({ body, parameters }));
  return new RestApiBed(bed, id!, rootResourceId!);
}

test("what is no OpenAPI of 2.0 or 3.0 is refused, 3.1 as well", async () => {
  const bed = new Bed(cloud);
  for (const version of [{ openapi: "3.1.0" }, { openapi: "4.0.0" }, {}]) {
    const body = Buffer.from(JSON.stringify({ ...version, info: { title: "x", version: "1" }, paths: {} }));
    await assert.rejects(bed.apis.send(new ImportRestApiCommand({ body })), {
      message: "Invalid OpenAPI input.",
    });
  }
});

async function exported(
  api: RestApiBed,
  exportType: string,
  accepts = "application/json",
): Promise<Record<string, unknown>> {
  const parameters = { extensions: "apigateway" };
  const { body } = await api.bed.apis.send(
    new GetExportCommand({ restApiId: api.id, stageName: "dev", exportType, parameters, accepts }),
  );
  return parse(Buffer.from(body!).toString()) as Record<string, unknown>;
}

test("a definition of a few hundred lines is imported, served, and exported again without loss", async () => {
  const api = await importApi(new Bed(cloud), FILE);
  await api.deploy();

  const listed = await api.send("/pets?page=1&type=dog");
  assert.equal(listed.status, 200);
  assert.equal(listed.body, '[{"id":"1","type":"dog"}]');
  assert.equal(listed.headers["access-control-allow-origin"], "*");
  assert.equal((await api.send("/pets")).body, '{"message":"Missing required request parameters: [page]"}');
  assert.equal((await api.send("/owners/7")).body, '{"id":"7"}');
  assert.equal((await api.send("/owners/0")).status, 404);
  const bad = await api.send("/visits", { method: "POST", body: '{"name":""}' });
  assert.equal(bad.status, 422);
  assert.match(bad.body, /must NOT have fewer than 1 characters/);
  assert.equal((await api.send("/vets", { method: "POST", body: '{"name":"a"}' })).status, 403);
  assert.equal((await api.send("/clinics", { method: "POST", body: '{"name":"a"}' })).status, 401);
  assert.equal((await api.send("/pets/1", { method: "DELETE" })).status, 403);

  const { servers, ...definition } = await exported(api, "oas30");
  assert.deepEqual(servers, [
    {
      url: `https://${api.id}.execute-api.us-east-1.amazonaws.com/{basePath}`,
      variables: { basePath: { default: "dev" } },
    },
  ]);
  assert.deepEqual(definition, parse(FILE.toString()));
  const { servers: _, ...asYaml } = await exported(api, "oas30", "application/yaml");
  assert.deepEqual(asYaml, definition);
});

test("version 2 says the same: exported, imported and exported again it does not change", async () => {
  const bed = new Bed(cloud);
  const first = await importApi(bed, FILE);
  await first.deploy();
  const two = await exported(first, "swagger");
  assert.equal(two["swagger"], "2.0");
  const second = await importApi(bed, Buffer.from(JSON.stringify(two)));
  await second.deploy();
  const { host: _a, ...again } = await exported(second, "swagger");
  const { host: _b, ...before } = two;
  assert.deepEqual(again, before);
  assert.equal((await second.send("/pets?page=1&type=cat")).body, '[{"id":"1","type":"cat"}]');
});

test("without extensions an export is plain OpenAPI", async () => {
  const api = await importApi(new Bed(cloud), FILE);
  await api.deploy();
  const { body, contentType } = await api.bed.apis.send(
    new GetExportCommand({ restApiId: api.id, stageName: "dev", exportType: "oas30" }),
  );
  assert.equal(contentType, "application/octet-stream");
  assert.doesNotMatch(Buffer.from(body!).toString(), /x-amazon-apigateway-(integration|policy|authorizer)/);
});

test("version 2 says which media types a method's models and templates are for", async () => {
  const answers = { default: { statusCode: "200", responseTemplates: { "text/html": "<p>hello</p>" } } };
  const api = await importApi(
    new Bed(cloud),
    Buffer.from(
      JSON.stringify({
        openapi: "3.0.1",
        info: { title: "types", version: "1" },
        paths: {
          "/": {
            get: {
              responses: { 200: { description: "a page" } },
              "x-amazon-apigateway-integration": {
                type: "mock",
                requestTemplates: { "application/json": '{"statusCode": 200}' },
                responses: answers,
              },
            },
          },
        },
      }),
    ),
  );
  await api.deploy();
  const { paths } = (await exported(api, "swagger")) as { paths: { "/": { get: Record<string, unknown> } } };
  const { consumes, produces } = paths["/"].get;
  assert.deepEqual([consumes, produces], [["application/json"], ["text/html"]]);
});

test("merging adds to an API, overwriting replaces what it has", async () => {
  const bed = new Bed(cloud);
  const api = await importApi(bed, FILE);
  const small = Buffer.from(
    JSON.stringify({
      openapi: "3.0.1",
      info: { title: "small" },
      paths: { "/new": { get: { responses: {} } } },
    }),
  );
  const paths = async () => {
    const { items } = await bed.apis.send(new GetResourcesCommand({ restApiId: api.id, limit: 500 }));
    return items!.map((resource) => resource.path!).sort();
  };
  const before = await paths();
  await bed.apis.send(new PutRestApiCommand({ restApiId: api.id, mode: "merge", body: small }));
  assert.deepEqual(await paths(), [...before, "/new"].sort());
  const { name } = await bed.apis.send(
    new PutRestApiCommand({ restApiId: api.id, mode: "overwrite", body: small }),
  );
  assert.equal(name, "small");
  assert.deepEqual(await paths(), ["/", "/new"]);
});

test("schemas in place become models, references name models by URL, base paths can be prepended", async () => {
  const bed = new Bed(cloud);
  const body = Buffer.from(
    JSON.stringify({
      swagger: "2.0",
      info: { title: "t", version: "1" },
      basePath: "/v1/api",
      definitions: { Pets: { type: "array", items: { $ref: "#/definitions/Pet" } }, Pet: { type: "object" } },
      paths: {
        "/pets": {
          post: {
            consumes: ["application/json"],
            parameters: [{ in: "body", name: "x", schema: { type: "object", maxProperties: 1 } }],
            responses: { 200: { description: "ok", schema: { $ref: "#/definitions/Pets" } } },
          },
        },
      },
    }),
  );
  const api = await importApi(bed, body, { basepath: "prepend" });
  const { items } = await bed.apis.send(new GetResourcesCommand({ restApiId: api.id }));
  const resource = items!.find(({ path }) => path === "/v1/api/pets")!;
  const method = await bed.apis.send(
    new GetMethodCommand({ restApiId: api.id, resourceId: resource.id, httpMethod: "POST" }),
  );
  assert.match(method.requestModels!["application/json"]!, /^MODEL/);
  assert.deepEqual(method.methodResponses!["200"]!.responseModels, { "application/json": "Pets" });
  const pets = { restApiId: api.id, modelName: "Pets" };
  const { schema } = await bed.apis.send(new GetModelCommand(pets));
  const url = `https://apigateway.amazonaws.com/restapis/${api.id}/models/Pet`;
  assert.deepEqual(JSON.parse(schema!), { type: "array", items: { $ref: url } });
  const flat = await bed.apis.send(new GetModelCommand({ ...pets, flatten: true }));
  assert.deepEqual(JSON.parse(flat.schema!), {
    type: "array",
    items: { $ref: "#/definitions/Pet" },
    definitions: { Pet: { type: "object" } },
  });
});

test("what is no definition is refused, and what is lost is a warning", async () => {
  const bed = new Bed(cloud);
  await assert.rejects(importApi(bed, Buffer.from("{")), {
    name: "BadRequestException",
    message: /malformed input file/,
  });
  await assert.rejects(importApi(bed, Buffer.from("{}")), {
    name: "BadRequestException",
    message: "Invalid OpenAPI input.",
  });
  const odd = Buffer.from(
    JSON.stringify({
      openapi: "3.0.1",
      info: { title: "odd" },
      paths: { "/": { get: { responses: { default: {} } } } },
    }),
  );
  const { warnings } = await bed.apis.send(new ImportRestApiCommand({ body: odd }));
  assert.deepEqual(warnings, ["Response 'default' of GET / is left out: API Gateway wants a status code"]);
  await assert.rejects(bed.apis.send(new ImportRestApiCommand({ body: odd, failOnWarnings: true })), {
    name: "BadRequestException",
  });
});

test("a stage of an imported API can be made by hand", async () => {
  const bed = new Bed(cloud);
  const api = await importApi(bed, FILE);
  const { id } = await bed.apis.send(new CreateDeploymentCommand({ restApiId: api.id }));
  await bed.apis.send(new CreateStageCommand({ restApiId: api.id, stageName: "dev", deploymentId: id }));
  assert.equal((await api.send("/owners/7")).status, 200);
});
