import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-samlprovider.html */
export default mapped({
  type: "AWS::IAM::SAMLProvider",
  service: "iam",
  replacedBy: ["Name"],
  named: ["Name", 128],
  idOf: (output) => output["SAMLProviderArn"],
  keyOf: (id) => ({ SAMLProviderArn: id }),
  input: (properties) => ({ ...properties, SAMLMetadataDocument: properties["SamlMetadataDocument"] }),
  attributesOf: (_output, _properties, id) => ({ Arn: id }),
  describedIn: (output) => ({ SamlMetadataDocument: output["SAMLMetadataDocument"] }),
  tags: ["TagSAMLProvider", "UntagSAMLProvider", (id) => ({ SAMLProviderArn: id })],
  create: "CreateSAMLProvider",
  update: "UpdateSAMLProvider",
  delete: "DeleteSAMLProvider",
  read: "GetSAMLProvider",
});
