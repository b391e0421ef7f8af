import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { after, before, test } from "node:test";
import {
  CreateBasePathMappingCommand,
  CreateDeploymentCommand,
  CreateDomainNameCommand,
  CreateModelCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  CreateStageCommand,
  CreateVpcLinkCommand,
  DeleteDeploymentCommand,
  DeleteDomainNameCommand,
  DeleteModelCommand,
  DeleteResourceCommand,
  DeleteRestApiCommand,
  DeleteVpcLinkCommand,
  GenerateClientCertificateCommand,
  GetAccountCommand,
  GetApiKeysCommand,
  GetBasePathMappingsCommand,
  GetDeploymentCommand,
  GetGatewayResponseCommand,
  GetGatewayResponsesCommand,
  GetIntegrationCommand,
  GetMethodCommand,
  GetModelsCommand,
  GetModelTemplateCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  GetRestApisCommand,
  GetSdkTypesCommand,
  GetStageCommand,
  GetStagesCommand,
  GetTagsCommand,
  ImportApiKeysCommand,
  PutIntegrationCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAccountCommand,
  UpdateGatewayResponseCommand,
  UpdateIntegrationCommand,
  UpdateMethodCommand,
  UpdateResourceCommand,
  UpdateRestApiCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import { testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";
import { Bed, send } from "./bed.fixture.ts";

let cloud: Cloud;
before(async () => {
  cloud = await testCloud();
});
after(() => cloud[Symbol.asyncDispose]());

const fails = (name: string, message: string | RegExp) => ({ name, message });

test("a new API has a root resource, two models and AWS's defaults", async () => {
  const { apis } = new Bed(cloud);
  const api = await apis.send(
    new CreateRestApiCommand({ name: "shop", description: "d", tags: { team: "a" } }),
  );
  assert.match(api.id!, /^[a-z0-9]{10}$/);
  assert.equal(api.apiKeySource, "HEADER");
  assert.deepEqual(api.endpointConfiguration?.types, ["EDGE"]);
  assert.deepEqual(api.tags, { team: "a" });
  const { items } = await apis.send(new GetResourcesCommand({ restApiId: api.id }));
  assert.deepEqual(items, [{ id: api.rootResourceId, path: "/" }]);
  const models = await apis.send(new GetModelsCommand({ restApiId: api.id }));
  assert.deepEqual(
    models.items?.map(({ name }) => name),
    ["Empty", "Error"],
  );
});

test("an API is changed by patch operations that name its members", async () => {
  const { apis } = new Bed(cloud);
  const { id } = await apis.send(new CreateRestApiCommand({ name: "shop" }));
  const change = (op: "add" | "replace" | "remove", path: string, value?: string) =>
    apis.send(new UpdateRestApiCommand({ restApiId: id, patchOperations: [{ op, path, value }] }));
  assert.equal((await change("replace", "/name", "store")).name, "store");
  assert.deepEqual((await change("add", "/binaryMediaTypes/image~1png")).binaryMediaTypes, ["image/png"]);
  assert.deepEqual((await change("replace", "/binaryMediaTypes/image~1png", "*/*")).binaryMediaTypes, [
    "*/*",
  ]);
  assert.deepEqual(
    (await change("replace", "/endpointConfiguration/types/EDGE", "REGIONAL")).endpointConfiguration?.types,
    ["REGIONAL"],
  );
  assert.equal((await change("replace", "/minimumCompressionSize", "10")).minimumCompressionSize, 10);
  // As Chalice sends it where no size is set.
  assert.equal((await change("replace", "/minimumCompressionSize", "")).minimumCompressionSize, undefined);
  assert.equal(
    (await change("replace", "/disableExecuteApiEndpoint", "true")).disableExecuteApiEndpoint,
    true,
  );
  await assert.rejects(
    change("replace", "/color", "red"),
    fails(
      "BadRequestException",
      /^Invalid patch path {2}'\/color' specified for op 'replace'\. Must be one of: \[/,
    ),
  );
  await assert.rejects(
    change("replace", "/minimumCompressionSize", "10485761"),
    fails("BadRequestException", /must be between 0 and 10485760/),
  );
});

test("what is not there is named as AWS names it", async () => {
  const { apis, account } = new Bed(cloud);
  await assert.rejects(
    apis.send(new GetRestApiCommand({ restApiId: "nothing" })),
    fails("NotFoundException", `Invalid API identifier specified ${account}:nothing`),
  );
  const { id: restApiId, rootResourceId: resourceId } = await apis.send(
    new CreateRestApiCommand({ name: "a" }),
  );
  await assert.rejects(
    apis.send(new GetMethodCommand({ restApiId, resourceId: "x", httpMethod: "GET" })),
    fails("NotFoundException", "Invalid Resource identifier specified"),
  );
  await assert.rejects(
    apis.send(new GetMethodCommand({ restApiId, resourceId, httpMethod: "GET" })),
    fails("NotFoundException", "Invalid Method identifier specified"),
  );
  await assert.rejects(
    apis.send(new GetStageCommand({ restApiId, stageName: "x" })),
    fails("NotFoundException", "Invalid stage identifier specified"),
  );
  await assert.rejects(
    apis.send(new CreateDeploymentCommand({ restApiId })),
    fails("BadRequestException", "The REST API doesn't contain any methods"),
  );
  await apis.send(
    new PutMethodCommand({ restApiId, resourceId, httpMethod: "GET", authorizationType: "NONE" }),
  );
  await assert.rejects(
    apis.send(new GetIntegrationCommand({ restApiId, resourceId, httpMethod: "GET" })),
    fails("NotFoundException", "Invalid Integration identifier specified"),
  );
  await assert.rejects(
    apis.send(new CreateDeploymentCommand({ restApiId })),
    fails("BadRequestException", "No integration defined for method"),
  );
  await assert.rejects(
    apis.send(new PutMethodCommand({ restApiId, resourceId, httpMethod: "GET", authorizationType: "NONE" })),
    fails("ConflictException", "Method already exists for this resource"),
  );
});

test("an API that is read has tags, if none in them, and one that is listed has only its own", async () => {
  const { apis } = new Bed(cloud);
  const { id: restApiId } = await apis.send(new CreateRestApiCommand({ name: "untagged" }));
  assert.deepEqual((await apis.send(new GetRestApiCommand({ restApiId }))).tags, {});
  assert.equal((await apis.send(new GetRestApisCommand({}))).items?.[0]?.tags, undefined);
});

test("lists come in pages", async () => {
  const { apis } = new Bed(cloud);
  for (let n = 0; n < 3; n++) await apis.send(new CreateRestApiCommand({ name: `n${n}` }));
  const first = await apis.send(new GetRestApisCommand({ limit: 2 }));
  assert.equal(first.items?.length, 2);
  assert.equal((await apis.send(new GetRestApisCommand({ limit: -1 }))).items?.length, 3);
  const second = await apis.send(new GetRestApisCommand({ limit: 2, position: first.position }));
  assert.equal(second.items?.length, 1);
  assert.equal(second.position, undefined);
});

test("resources form a tree of paths, which can be moved and cut", async () => {
  const api = await new Bed(cloud).createApi();
  const { apis } = api.bed;
  const create = (pathPart: string, parentId = api.rootId) =>
    apis.send(new CreateResourceCommand({ restApiId: api.id, parentId, pathPart }));
  const pets = await create("pets");
  const pet = await create("{id}", pets.id);
  assert.equal(pet.path, "/pets/{id}");
  await assert.rejects(
    create("pets"),
    fails("ConflictException", "Another resource with the same parent already has this name: pets"),
  );
  await assert.rejects(
    create("{other}", pets.id),
    fails(
      "BadRequestException",
      `A sibling (${pet.id}) of this resource already has a variable path part -- only one is allowed`,
    ),
  );
  await assert.rejects(create("a b"), fails("BadRequestException", /^Resource's path part only allow/));
  const all = await create("{all+}");
  await assert.rejects(create("x", all.id), fails("BadRequestException", /greedy path variable/));
  const owners = await create("owners");
  const update = (path: string, value: string) =>
    apis.send(
      new UpdateResourceCommand({
        restApiId: api.id,
        resourceId: pets.id,
        patchOperations: [{ op: "replace", path, value }],
      }),
    );
  assert.equal((await update("/parentId", owners.id!)).path, "/owners/pets");
  assert.equal((await update("/pathPart", "dogs")).path, "/owners/dogs");
  const paths = async () => {
    const { items } = await apis.send(new GetResourcesCommand({ restApiId: api.id }));
    return items!.map(({ path }) => path).sort();
  };
  assert.deepEqual(await paths(), ["/", "/owners", "/owners/dogs", "/owners/dogs/{id}", "/{all+}"]);
  await apis.send(new DeleteResourceCommand({ restApiId: api.id, resourceId: owners.id }));
  assert.deepEqual(await paths(), ["/", "/{all+}"]);
});

test("methods and integrations are patched in their maps", async () => {
  const api = await new Bed(cloud).createApi();
  const { apis } = api.bed;
  const place = { restApiId: api.id, resourceId: api.rootId, httpMethod: "GET" };
  await api.put(api.rootId, "GET", { type: "MOCK" });
  const method = await apis.send(
    new UpdateMethodCommand({
      ...place,
      patchOperations: [
        { op: "add", path: "/requestParameters/method.request.querystring.q", value: "true" },
        { op: "replace", path: "/apiKeyRequired", value: "true" },
        { op: "add", path: "/authorizationScopes", value: "a,b" },
      ],
    }),
  );
  assert.deepEqual(method.requestParameters, { "method.request.querystring.q": true });
  assert.equal(method.apiKeyRequired, true);
  assert.deepEqual(method.authorizationScopes, ["a", "b"]);
  const integration = await apis.send(
    new UpdateIntegrationCommand({
      ...place,
      patchOperations: [
        { op: "add", path: "/requestTemplates/application~1json", value: "{}" },
        { op: "replace", path: "/timeoutInMillis", value: "50" },
      ],
    }),
  );
  assert.deepEqual(integration.requestTemplates, { "application/json": "{}" });
  assert.equal(integration.timeoutInMillis, 50);
  const timeout = (value: string) =>
    apis.send(
      new UpdateIntegrationCommand({
        ...place,
        patchOperations: [{ op: "replace", path: "/timeoutInMillis", value }],
      }),
    );
  await assert.rejects(
    timeout("49"),
    fails("BadRequestException", "Timeout should be between 50 ms and 29000 ms"),
  );
  await apis.send(new PutMethodResponseCommand({ ...place, statusCode: "200" }));
  await assert.rejects(
    apis.send(new PutMethodResponseCommand({ ...place, statusCode: "200" })),
    fails("ConflictException", "Response already exists for this resource"),
  );
});

test("integrations name backends that can be", async () => {
  const api = await new Bed(cloud).createApi();
  const { apis } = api.bed;
  const place = { restApiId: api.id, resourceId: api.rootId, httpMethod: "GET" };
  await apis.send(new PutMethodCommand({ ...place, authorizationType: "NONE" }));
  const put = (input: object) =>
    apis.send(
      new PutIntegrationCommand({ ...place, type: "AWS_PROXY", integrationHttpMethod: "POST", ...input }),
    );
  await assert.rejects(
    put({ uri: "http://x" }),
    fails("BadRequestException", "Invalid ARN specified in the request"),
  );
  for (const uri of [
    "arn:aws:apigateway:us-east-1:lambda:function",
    "arn:aws:lambda:us-east-1:000000000000:function:f",
  ])
    await assert.rejects(
      put({ uri }),
      fails("BadRequestException", "AWS ARN for integration must contain path or action"),
    );
  for (const target of ["sqs:path/q", "firehose:path/q", "lambda:path/q"])
    await assert.rejects(
      put({ uri: `arn:aws:apigateway:us-east-1:${target}` }),
      fails("BadRequestException", /currently only supports Lambda function/),
    );
  await put({ uri: "arn:aws:apigateway:us-east-1:firehose:action/PutRecord" });
  await assert.rejects(
    put({ type: "HTTP", uri: "nonsense" }),
    fails("BadRequestException", "Invalid HTTP endpoint specified for URI"),
  );
  await assert.rejects(
    put({ type: "HTTP", uri: "http://x", integrationHttpMethod: undefined }),
    fails("BadRequestException", "Enumeration value for HttpMethod must be non-empty"),
  );
  await put({
    integrationHttpMethod: "GET",
    uri: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations",
  });
});

test("a stage points to a deployment and keeps settings of its methods", async () => {
  const api = await new Bed(cloud).createApi();
  const { apis } = api.bed;
  await api.put(api.rootId, "GET", { type: "MOCK" });
  const { id: deploymentId } = await apis.send(
    new CreateDeploymentCommand({ restApiId: api.id, description: "first" }),
  );
  const place = { restApiId: api.id, stageName: "v1" };
  const stage = await apis.send(new CreateStageCommand({ ...place, deploymentId, variables: { a: "1" } }));
  assert.equal(stage.cacheClusterStatus, "NOT_AVAILABLE");
  await assert.rejects(
    apis.send(new CreateStageCommand({ ...place, deploymentId })),
    fails("ConflictException", "Stage already exists"),
  );
  await assert.rejects(
    apis.send(new CreateStageCommand({ ...place, stageName: "a b", deploymentId })),
    fails("BadRequestException", "Stage name only allows a-zA-Z0-9_-"),
  );
  await apis.send(new CreateStageCommand({ ...place, stageName: "v-2", deploymentId }));
  const change = (
    op: "add" | "replace" | "remove" | "copy",
    path: string,
    more: { value?: string; from?: string } = {},
  ) => apis.send(new UpdateStageCommand({ ...place, patchOperations: [{ op, path, ...more }] }));
  assert.deepEqual((await change("replace", "/variables/b", { value: "2" })).variables, { a: "1", b: "2" });
  assert.deepEqual((await change("remove", "/variables/a")).variables, { b: "2" });
  const { methodSettings } = await change("replace", "/*/*/throttling/rateLimit", { value: "5.5" });
  assert.equal(methodSettings?.["*/*"]?.throttlingRateLimit, 5.5);
  await change("replace", "/canarySettings/deploymentId", { value: deploymentId });
  await change("replace", "/canarySettings/stageVariableOverrides/b", { value: "3" });
  assert.deepEqual(
    (await change("copy", "/variables", { from: "/canarySettings/stageVariableOverrides" })).variables,
    { b: "3" },
  );
  assert.equal((await change("remove", "/canarySettings")).canarySettings, undefined);
  await assert.rejects(
    apis.send(new DeleteDeploymentCommand({ restApiId: api.id, deploymentId })),
    fails("BadRequestException", "Active stages pointing to this deployment must be moved or deleted"),
  );
  const { apiSummary } = await apis.send(
    new GetDeploymentCommand({ restApiId: api.id, deploymentId, embed: ["apisummary"] }),
  );
  assert.deepEqual(apiSummary, { "/": { GET: { authorizationType: "NONE", apiKeyRequired: false } } });
  const { item = [] } = await apis.send(new GetStagesCommand({ restApiId: api.id }));
  assert.deepEqual(item.map(({ stageName }) => stageName).sort(), ["v-2", "v1"]);
});

test("a change of an API is served after its next deployment", async () => {
  const api = await new Bed(cloud).createApi();
  await api.put(api.rootId, "GET", {
    type: "MOCK",
    requestTemplates: { "application/json": '{"statusCode":200}' },
  });
  await api.deploy();
  assert.equal((await api.send("/late")).status, 403);
  const late = await api.createResource("late");
  await api.put(late, "GET", { type: "MOCK" });
  assert.equal((await api.send("/late")).status, 403);
  await api.deploy();
  assert.equal(
    (await api.send("/late")).status,
    500,
    "a MOCK without a template is there, though it cannot answer",
  );
});

test("models refer to each other and have templates", async () => {
  const { apis } = new Bed(cloud);
  const { id: restApiId } = await apis.send(new CreateRestApiCommand({ name: "a" }));
  const create = (name: string, schema: object) =>
    apis.send(
      new CreateModelCommand({
        restApiId,
        name,
        contentType: "application/json",
        schema: JSON.stringify(schema),
      }),
    );
  await create("Pet", { type: "object", properties: { name: { type: "string" }, age: { type: "integer" } } });
  await create("Pets", {
    type: "array",
    items: { $ref: `https://apigateway.amazonaws.com/restapis/${restApiId}/models/Pet` },
  });
  await assert.rejects(
    create("Pet", {}),
    fails("ConflictException", "Model name already exists for this REST API"),
  );
  await assert.rejects(
    apis.send(new DeleteModelCommand({ restApiId, modelName: "Pet" })),
    fails("ConflictException", "Cannot delete model 'Pet', is referenced in model: Pets"),
  );
  const { value } = await apis.send(new GetModelTemplateCommand({ restApiId, modelName: "Pet" }));
  assert.equal(
    value,
    '#set($inputRoot = $input.path(\'$\'))\n{\n  "name" : "$inputRoot.name",\n  "age" : $inputRoot.age\n}',
  );
});

test("a custom domain name maps its paths to stages", async () => {
  const bed = new Bed(cloud);
  const { apis } = bed;
  const api = await bed.createApi();
  await api.put(api.rootId, "GET", {
    type: "MOCK",
    requestTemplates: { "application/json": '{"statusCode":200}' },
  });
  await api.deploy("prod");
  const domainName = `api-${bed.account}.example.com`;
  const domain = await apis.send(
    new CreateDomainNameCommand({ domainName, endpointConfiguration: { types: ["REGIONAL"] } }),
  );
  assert.equal(domain.domainNameStatus, "AVAILABLE");
  await assert.rejects(
    apis.send(new CreateDomainNameCommand({ domainName })),
    fails("ConflictException", "The domain name you provided already exists."),
  );
  await apis.send(
    new CreateBasePathMappingCommand({ domainName, basePath: "shop", restApiId: api.id, stage: "prod" }),
  );
  await apis.send(new CreateBasePathMappingCommand({ domainName, restApiId: api.id }));
  const { items } = await apis.send(new GetBasePathMappingsCommand({ domainName }));
  assert.deepEqual(
    items?.map(({ basePath }) => basePath),
    ["(none)", "shop"],
  );
  // 500: the MOCK has no response; 403 would be no stage or no method.
  assert.equal((await send(cloud, { host: domainName, path: "/shop" })).status, 500);
  assert.equal((await send(cloud, { host: domainName, path: "/prod" })).status, 500);
  assert.equal((await send(cloud, { host: domainName, path: "/other" })).status, 403);
  await assert.rejects(
    apis.send(new DeleteRestApiCommand({ restApiId: api.id })),
    fails("BadRequestException", /remove all base path mappings/),
  );
  await apis.send(new DeleteDomainNameCommand({ domainName }));
  await apis.send(new DeleteRestApiCommand({ restApiId: api.id }));
});

test("gateway responses are AWS's until they are changed", async () => {
  const { apis } = new Bed(cloud);
  const { id: restApiId } = await apis.send(new CreateRestApiCommand({ name: "a" }));
  const place = { restApiId, responseType: "THROTTLED" as const };
  const before = await apis.send(new GetGatewayResponseCommand(place));
  assert.equal(before.statusCode, "429");
  assert.equal(before.defaultResponse, true);
  const after = await apis.send(
    new UpdateGatewayResponseCommand({
      ...place,
      patchOperations: [{ op: "replace", path: "/statusCode", value: "503" }],
    }),
  );
  assert.equal(after.statusCode, "503");
  assert.equal(after.defaultResponse, false);
  assert.equal((await apis.send(new GetGatewayResponsesCommand({ restApiId }))).items?.length, 21);
});

test("tags, keys from a file, VPC links, certificates, the account and SDK types are there", async () => {
  const { apis } = new Bed(cloud);
  const { id } = await apis.send(new CreateRestApiCommand({ name: "a" }));
  const resourceArn = `arn:aws:apigateway:us-east-1::/restapis/${id}`;
  await apis.send(new TagResourceCommand({ resourceArn, tags: { a: "1", b: "2" } }));
  await apis.send(new UntagResourceCommand({ resourceArn, tagKeys: ["a"] }));
  assert.deepEqual((await apis.send(new GetTagsCommand({ resourceArn }))).tags, { b: "2" });

  const csv = 'Name,Key,Description,Enabled,UsageplanIds\nfirst,abcdefghijklmnopqrstuvwx,"a, b",TRUE,\n';
  const { ids } = await apis.send(new ImportApiKeysCommand({ body: Buffer.from(csv), format: "csv" }));
  assert.equal(ids?.length, 1);
  const keys = await apis.send(new GetApiKeysCommand({ includeValues: true }));
  assert.equal(keys.items?.[0]?.value, "abcdefghijklmnopqrstuvwx");
  assert.equal(keys.items?.[0]?.description, "a, b");

  const link = await apis.send(
    new CreateVpcLinkCommand({
      name: "l",
      targetArns: ["arn:aws:elasticloadbalancing:us-east-1:0:loadbalancer/net/x/1"],
    }),
  );
  assert.equal(link.status, "AVAILABLE");
  await apis.send(new DeleteVpcLinkCommand({ vpcLinkId: link.id }));

  const { pemEncodedCertificate } = await apis.send(
    new GenerateClientCertificateCommand({ description: "c" }),
  );
  const certificate = new X509Certificate(pemEncodedCertificate!);
  assert.equal(certificate.subject, "CN=ApiGateway");
  assert.ok(certificate.verify(certificate.publicKey));

  const role = "arn:aws:iam::000000000000:role/logs";
  await apis.send(
    new UpdateAccountCommand({
      patchOperations: [{ op: "replace", path: "/cloudwatchRoleArn", value: role }],
    }),
  );
  assert.equal((await apis.send(new GetAccountCommand({}))).cloudwatchRoleArn, role);
  assert.equal((await apis.send(new GetSdkTypesCommand({}))).items?.length, 6);
});

test("an operation that a path does not take is refused in its resource's words", async () => {
  const api = await new Bed(cloud).createApi();
  const { apis } = api.bed;
  const resourceId = await api.createResource("orders");
  await api.put(resourceId, "GET", { type: "MOCK" });
  const place = { restApiId: api.id, resourceId };
  const patch = (op: "add" | "remove" | "replace", path: string) => ({
    patchOperations: [{ op, path, value: "x" }],
  });
  const resource = (...change: Parameters<typeof patch>) =>
    apis.send(new UpdateResourceCommand({ ...place, ...patch(...change) }));
  const method = (...change: Parameters<typeof patch>) =>
    apis.send(new UpdateMethodCommand({ ...place, httpMethod: "GET", ...patch(...change) }));
  const gatewayResponse = (...change: Parameters<typeof patch>) =>
    apis.send(
      new UpdateGatewayResponseCommand({
        restApiId: api.id,
        responseType: "DEFAULT_4XX",
        ...patch(...change),
      }),
    );
  const cases = [
    [
      resource("add", "/pathPart"),
      "Invalid patch path  '/pathPart' specified for op 'add'. Please choose supported operations",
    ],
    [method("add", "/apiKeyRequired"), "Invalid patch operation specified. Must be one of: [replace]"],
    [method("replace", "/httpMethod"), "Invalid patch path /httpMethod"],
    [gatewayResponse("remove", "/statusCode"), "Invalid patch path /statusCode"],
    [gatewayResponse("replace", "/colour"), "Invalid patch path /colour"],
    [
      method("replace", "/authorizerId").then(() =>
        apis.send(
          new UpdateMethodCommand({
            ...place,
            httpMethod: "GET",
            patchOperations: [{ op: "replace", path: "/authorizationType", value: "custom" }],
          }),
        ),
      ),
      "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
    ],
  ] as const;
  for (const [refused, message] of cases) {
    await assert.rejects(refused, (error: Error) => {
      assert.equal(error.name, "BadRequestException");
      assert.equal(error.message, message);
      return true;
    });
  }
});

test("an authorization type is taken in any case and kept in capitals", async () => {
  const api = await new Bed(cloud).createApi();
  const place = { restApiId: api.id, resourceId: api.rootId, httpMethod: "PUT" };
  const made = await api.bed.apis.send(new PutMethodCommand({ ...place, authorizationType: "Aws_Iam" }));
  assert.equal(made.authorizationType, "AWS_IAM");
  const changed = await api.bed.apis.send(
    new UpdateMethodCommand({
      ...place,
      patchOperations: [{ op: "replace", path: "/authorizationType", value: "none" }],
    }),
  );
  assert.equal(changed.authorizationType, "NONE");
});
