import { tagged } from "../mapping/elasticache.ts";
import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticache-user.html */
export default mapped({
  type: "AWS::ElastiCache::User",
  service: "elasticache",
  required: ["Engine", "UserId", "UserName"],
  replacedBy: ["UserId", "UserName"],
  create: "CreateUser",
  update: "ModifyUser",
  delete: "DeleteUser",
  read: "DescribeUsers",
  // Ids are kept in lower case.
  idOf: ({ UserId }) => UserId,
  keyOf: (UserId) => ({ UserId }),
  attributesOf: (_output, _properties, id, at) => ({
    Arn: tagged("user", id, at).ResourceName,
    Status: "active",
  }),
  // What it says of passwords is how many there are.
  describedIn({ Users }) {
    const [{ Authentication: _, UserId: __, ...user }] = Users as [Record<string, unknown>];
    return user;
  },
  tags: [
    "AddTagsToResource",
    "RemoveTagsFromResource",
    (id, _attributes, _properties, at) => tagged("user", id, at),
  ],
});
