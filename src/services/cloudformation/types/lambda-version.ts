import { provision, qualified } from "../mapping/lambda-provisioned.ts";
import { callsOf, found, gone } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

const call = callsOf("lambda");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-version.html */
export default defineType({
  type: "AWS::Lambda::Version",
  replacedBy: ["CodeSha256", "Description", "FunctionName", "RuntimePolicy"],
  required: ["FunctionName"],
  async create(properties, at) {
    const made = await call(at, "PublishVersion", properties);
    const id = String(made["FunctionArn"]);
    at.made({ id });
    await provision(id, {}, properties, at);
    return { id, attributes: { Version: made["Version"], FunctionArn: id } };
  },
  async update({ id, properties: before, attributes }, properties, at) {
    await provision(id, before, properties, at);
    return { id, attributes };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteFunction", qualified(id))),
  read: async ({ id, properties }, at) =>
    shown(properties, await found(call(at, "GetFunctionConfiguration", qualified(id)))),
});
