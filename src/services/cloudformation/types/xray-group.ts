import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-xray-group.html */
export default mapped({
  type: "AWS::XRay::Group",
  service: "xray",
  replacedBy: [],
  required: ["GroupName"],
  idOf: (output) => (output["Group"] as { GroupARN: string }).GroupARN,
  keyOf: (GroupARN) => ({ GroupARN }),
  // Its ARN names it: a name beside that could be another's.
  describedIn: (output) => output["Group"],
  attributesOf: (_output, _properties, id) => ({ GroupARN: id }),
  tags: ["TagResource", "UntagResource", (ResourceARN) => ({ ResourceARN })],
  create: "CreateGroup",
  update: "UpdateGroup",
  delete: "DeleteGroup",
  read: "GetGroup",
  missing: /^Group not found/,
});
