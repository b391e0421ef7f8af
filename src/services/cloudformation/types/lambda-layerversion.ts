import { layerParts } from "../mapping/lambda-layer.ts";
import { callsOf, found, gone, withName } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

const call = callsOf("lambda");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-layerversion.html */
export default defineType({
  type: "AWS::Lambda::LayerVersion",
  replacedBy: ["*"],
  required: ["Content"],
  async create(properties, at) {
    const made = await call(at, "PublishLayerVersion", withName(properties, ["LayerName", 140], at));
    const id = String(made["LayerVersionArn"]);
    return { id, attributes: { LayerVersionArn: id } };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteLayerVersion", layerParts(id))),
  read: async ({ id, properties }, at) => {
    const output = await found(call(at, "GetLayerVersion", layerParts(id)));
    // Where the service tells to fetch the content from is another place each time.
    return shown(properties, output && { ...output, Content: undefined });
  },
});
