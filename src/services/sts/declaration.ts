import { declareService } from "../../aws/declaration.ts";
import { type ActionReader, defineResource } from "../../aws/resource.ts";
import { faultPoints } from "./fault-points.ts";

/** Tags and a source identity want a permission of their own, in the trust policy, too. */
const whatAssumingIs: ActionReader = (input) => [
  { action: "sts:AssumeRole", input },
  ...(Array.isArray(input["Tags"]) && input["Tags"].length > 0 ? [{ action: "sts:TagSession", input }] : []),
  ...(input["SourceIdentity"] === undefined ? [] : [{ action: "sts:SetSourceIdentity", input }]),
];

/** AWS Security Token Service: https://docs.aws.amazon.com/STS/latest/APIReference/ */
export default declareService({
  name: "sts",
  scope: "global",
  faultPoints,
  iam: {
    // The token or assertion is the permission; about oneself one may always ask.
    free: ["AssumeRoleWithWebIdentity", "AssumeRoleWithSAML", "GetCallerIdentity", "GetSessionToken"],
    conditionKeys: {
      "sts:ExternalId": "ExternalId",
      "sts:RoleSessionName": "RoleSessionName",
      "sts:SourceIdentity": "SourceIdentity",
      "sts:TransitiveTagKeys": "TransitiveTagKeys[]",
    },
  },
  resources: {
    role: defineResource({
      arn: "arn:{partition}:iam::{account}:role{Path/}{RoleName}",
      namedBy: { RoleArn: true },
      actions: { AssumeRole: whatAssumingIs },
    }),
  },
});
