import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-archive.html */
export default mapped({
  type: "AWS::Events::Archive",
  service: "events",
  replacedBy: ["ArchiveName", "SourceArn"],
  required: ["SourceArn"],
  named: ["ArchiveName", 48],
  input: (properties) => ({ ...properties, EventSourceArn: properties["SourceArn"] }),
  attributesOf: (output, _properties, id) => ({ Arn: output["ArchiveArn"], ArchiveName: id }),
  create: "CreateArchive",
  update: "UpdateArchive",
  delete: "DeleteArchive",
  read: "DescribeArchive",
});
