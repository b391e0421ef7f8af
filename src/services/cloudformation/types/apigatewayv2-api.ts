import { isSame, retag } from "../mapping/changes.ts";
import { asInput } from "../mapping/input.ts";
import { callsOf, found, gone, type Properties, withTags } from "../mapping/mapped.ts";
import { fromS3 } from "../mapping/s3-object.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("apigatewayv2");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-api.html */
export default defineType({
  type: "AWS::ApiGatewayV2::Api",
  replacedBy: ["ProtocolType"],
  isTagged: true,
  async create(properties, at) {
    const body = await bodyOf(properties, at);
    const made =
      body === undefined
        ? await call(at, "CreateApi", withTags(properties, at))
        : await call(at, "ImportApi", { ...properties, Body: body });
    const id = String(made["ApiId"]);
    at.made({ id });
    if (body !== undefined) await override(id, {}, properties, at);
    return { id, attributes: attributesOf(made, id) };
  },
  async update({ id, properties: before }, properties, at) {
    const changed = ["Body", "BodyS3Location"].some((name) => !isSame(before[name], properties[name]));
    const body = changed ? await bodyOf(properties, at) : undefined;
    if (body !== undefined) await call(at, "ReimportApi", { ...properties, ApiId: id, Body: body });
    await override(id, before, properties, at);
    const ResourceArn = `arn:${at.partition}:apigateway:${at.region}::/apis/${id}`;
    await retag(before, properties, at, {
      untag: (TagKeys) => call(at, "UntagResource", { ResourceArn, TagKeys }),
      tag: (tags) => call(at, "TagResource", { ResourceArn, Tags: tags }),
    });
    return { id, attributes: attributesOf(await call(at, "GetApi", { ApiId: id }), id) };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteApi", { ApiId: id })),
  read: async ({ id, properties }, at) => shown(properties, await found(call(at, "GetApi", { ApiId: id }))),
});

/** What a template says beside a document comes before what the document says. */
async function override(
  ApiId: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  const { Body: _, BodyS3Location: __, Tags: ___, FailOnWarnings: ____, ...settings } = properties;
  if (isSame(before, properties)) return;
  if (before["CorsConfiguration"] !== undefined && settings["CorsConfiguration"] === undefined) {
    await gone(call(at, "DeleteCorsConfiguration", { ApiId }));
  }
  const input = asInput("apigatewayv2", "UpdateApi", settings);
  if (Object.keys(input).length > 0) await call(at, "UpdateApi", { ...settings, ApiId });
}

async function bodyOf(
  { Body, BodyS3Location }: Properties,
  at: ResourceContext,
): Promise<string | undefined> {
  if (Body !== undefined) return typeof Body === "string" ? Body : JSON.stringify(Body);
  return BodyS3Location === undefined ? undefined : fromS3(BodyS3Location as Properties, at);
}

function attributesOf({ ApiEndpoint }: Properties, id: string): Properties {
  return { ApiId: id, ApiEndpoint };
}
