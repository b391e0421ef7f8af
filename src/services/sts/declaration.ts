import { declareService } from "../../aws/declaration.ts";
import { defineResource } from "../../aws/resource.ts";

/** AWS Security Token Service: https://docs.aws.amazon.com/STS/latest/APIReference/ */
export default declareService({
  name: "sts",
  scope: "global",
  resources: {
    role: defineResource({
      arn: "arn:{partition}:iam::{account}:role{Path/}{RoleName}",
      namedBy: { RoleArn: true },
    }),
  },
});
