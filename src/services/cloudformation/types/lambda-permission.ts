import { readJson } from "../../../core/read-json.ts";
import { callsOf, found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

const call = callsOf("lambda");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html */
export default defineType({
  type: "AWS::Lambda::Permission",
  replacedBy: ["*"],
  required: ["Action", "FunctionName", "Principal"],
  async create(properties, at) {
    const id = at.name(100);
    await call(at, "AddPermission", { ...properties, StatementId: id });
    return { id, attributes: { Id: id } };
  },
  delete: ({ id, properties }, at) =>
    gone(call(at, "RemovePermission", { FunctionName: properties["FunctionName"], StatementId: id })),
  async read({ id, properties }, at) {
    const policy = await found(call(at, "GetPolicy", { FunctionName: properties["FunctionName"] }));
    const { Statement } = readJson(String(policy?.["Policy"] ?? '{"Statement":[]}')) as {
      Statement: Properties[];
    };
    const statement = Statement.find(({ Sid }) => Sid === id);
    return shown(properties, statement && { Action: statement["Action"] });
  },
});
