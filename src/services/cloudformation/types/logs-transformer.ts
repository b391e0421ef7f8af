import { callsOf, found, gone } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

const call = callsOf("logs");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-transformer.html */
export default defineType({
  type: "AWS::Logs::Transformer",
  replacedBy: ["LogGroupIdentifier"],
  required: ["LogGroupIdentifier", "TransformerConfig"],
  async create(properties, at) {
    await call(at, "PutTransformer", properties);
    return { id: String(properties["LogGroupIdentifier"]) };
  },
  async update({ id }, properties, at) {
    await call(at, "PutTransformer", properties);
    return { id };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteTransformer", { LogGroupIdentifier: id })),
  async read({ id, properties }, at) {
    const transformer = await found(call(at, "GetTransformer", { LogGroupIdentifier: id }));
    const { transformerConfig } = transformer ?? {};
    return shown(properties, transformerConfig === undefined ? undefined : { transformerConfig });
  },
});
