import { readJson } from "../../../core/read-json.ts";
import { call, changeTags, type Patched, patch, patchesOf } from "../mapping/apigateway-patches.ts";
import { isSame } from "../mapping/changes.ts";
import { found, gone, type Properties, withTags } from "../mapping/mapped.ts";
import { fromS3 } from "../mapping/s3-object.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html */
export default defineType({
  type: "AWS::ApiGateway::RestApi",
  replacedBy: [],
  isTagged: true,
  async create(properties, at) {
    const body = await bodyOf(properties, at);
    const { id: made } = await call(at, "CreateRestApi", {
      ...withTags(properties, at),
      name: properties["Name"] ?? titleOf(body) ?? at.name(255),
      apiKeySource: properties["ApiKeySourceType"],
    });
    const id = String(made);
    at.made({ id });
    if (body !== undefined) await put(id, body, properties, at, "overwrite");
    return { id, attributes: await attributesOf(id, at) };
  },
  async update({ id, properties: before }, properties, at) {
    const changed = ["Body", "BodyS3Location", "Parameters"].some(
      (name) => !isSame(before[name], properties[name]),
    );
    const body = changed ? await bodyOf(properties, at) : undefined;
    if (body !== undefined) await put(id, body, properties, at, String(properties["Mode"] ?? "overwrite"));
    const renamed: Patched = properties["Name"] === undefined ? {} : { Name: "whole" };
    const patches = patchesOf(before, properties, {
      ...renamed,
      Description: "whole",
      MinimumCompressionSize: "whole",
      DisableExecuteApiEndpoint: "whole",
      Policy: "whole",
    });
    await patch(at, "UpdateRestApi", { restApiId: id }, patches);
    const { ApiKeySourceType } = properties;
    if (ApiKeySourceType !== undefined && !isSame(before["ApiKeySourceType"], ApiKeySourceType)) {
      const op = { op: "replace", path: "/apiKeySource", value: String(ApiKeySourceType) } as const;
      await patch(at, "UpdateRestApi", { restApiId: id }, [op]);
    }
    await changeTags(`/restapis/${id}`, before, properties, at);
    return { id, attributes: await attributesOf(id, at) };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteRestApi", { restApiId: id })),
  read: async ({ id, properties }, at) =>
    shown(properties, await found(call(at, "GetRestApi", { restApiId: id }))),
});

async function attributesOf(id: string, at: ResourceContext): Promise<Properties> {
  const { rootResourceId } = await call(at, "GetRestApi", { restApiId: id });
  return { RestApiId: id, RootResourceId: rootResourceId };
}

/** The document of the API, which stands in the template or in S3. */
async function bodyOf(properties: Properties, at: ResourceContext): Promise<string | undefined> {
  const { Body, BodyS3Location } = properties;
  if (Body !== undefined) return typeof Body === "string" ? Body : JSON.stringify(Body);
  return BodyS3Location === undefined ? undefined : fromS3(BodyS3Location as Properties, at);
}

function titleOf(body: string | undefined): string | undefined {
  if (!body?.startsWith("{")) return undefined;
  const { info } = readJson(body) as { info?: { title?: unknown } };
  return typeof info?.title === "string" ? info.title : undefined;
}

async function put(
  restApiId: string,
  body: string,
  properties: Properties,
  at: ResourceContext,
  mode: string,
): Promise<void> {
  await call(at, "PutRestApi", {
    restApiId,
    mode,
    failOnWarnings: properties["FailOnWarnings"],
    parameters: properties["Parameters"],
    body: Buffer.from(body),
  });
}
