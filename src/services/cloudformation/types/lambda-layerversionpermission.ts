import { readJson } from "../../../core/read-json.ts";
import { layerParts } from "../mapping/lambda-layer.ts";
import { callsOf, found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

const call = callsOf("lambda");

function keyOf(id: string): Properties {
  const at = id.indexOf("#");
  return { ...layerParts(id.slice(0, at)), StatementId: id.slice(at + 1) };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-layerversionpermission.html */
export default defineType({
  type: "AWS::Lambda::LayerVersionPermission",
  replacedBy: ["*"],
  required: ["Action", "LayerVersionArn", "Principal"],
  async create(properties, at) {
    const id = `${properties["LayerVersionArn"]}#${at.name(100)}`;
    await call(at, "AddLayerVersionPermission", { ...properties, ...keyOf(id) });
    return { id, attributes: { Id: id } };
  },
  delete: ({ id }, at) => gone(call(at, "RemoveLayerVersionPermission", keyOf(id))),
  async read({ id, properties }, at) {
    const policy = await found(call(at, "GetLayerVersionPolicy", keyOf(id)));
    const { Statement } = readJson(String(policy?.["Policy"] ?? '{"Statement":[]}')) as {
      Statement: Properties[];
    };
    const statement = Statement.find(({ Sid }) => Sid === keyOf(id)["StatementId"]);
    return shown(properties, statement && { Action: statement["Action"] });
  },
});
