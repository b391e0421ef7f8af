import { mapped } from "../mapping/mapped.ts";
import { arnOf, nameIn, tagsOf } from "../mapping/memorydb.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-memorydb-user.html */
export default mapped({
  type: "AWS::MemoryDB::User",
  service: "memorydb",
  required: ["UserName"],
  replacedBy: ["UserName"],
  create: "CreateUser",
  update: "UpdateUser",
  delete: "DeleteUser",
  read: "DescribeUsers",
  idOf: (_output, properties) => nameIn(properties, "UserName"),
  keyOf: (UserName) => ({ UserName }),
  attributesOf: (_output, _properties, id, at) => ({ Arn: arnOf("user", id, at), Status: "active" }),
  describedIn: ({ Users }) => (Users as unknown[])[0],
  tags: tagsOf("user"),
});
