import { mapped, type Properties } from "../mapping/mapped.ts";

const config = (output: Properties) => (output["CodeSigningConfig"] ?? {}) as Properties;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-codesigningconfig.html */
export default mapped({
  type: "AWS::Lambda::CodeSigningConfig",
  service: "lambda",
  required: ["AllowedPublishers"],
  idOf: (output) => config(output)["CodeSigningConfigArn"],
  keyOf: (id) => ({ CodeSigningConfigArn: id }),
  attributesOf: (output, _properties, id) => ({
    CodeSigningConfigArn: id,
    CodeSigningConfigId: config(output)["CodeSigningConfigId"],
  }),
  describedIn: config,
  tags: ["TagResource", "UntagResource", (id) => ({ Resource: id })],
  create: "CreateCodeSigningConfig",
  update: "UpdateCodeSigningConfig",
  delete: "DeleteCodeSigningConfig",
  read: "GetCodeSigningConfig",
});
