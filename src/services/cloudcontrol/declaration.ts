import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { requestLifecycle } from "../cloudformation/lifecycles.ts";

/** AWS Cloud Control API. What it makes are other services' resources: https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/ */
export default declareService({
  name: "cloudcontrol",
  iam: {
    // Its actions are CloudFormation's: https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/security.html
    prefix: "cloudformation",
    takesRolesAs: ["cloudformation.amazonaws.com"],
    passesRole: {
      CreateResource: "RoleArn",
      UpdateResource: "RoleArn",
      DeleteResource: "RoleArn",
      GetResource: "RoleArn",
      ListResources: "RoleArn",
    },
  },
  resources: {},
  faultPoints: lifecyclePoint(requestLifecycle),
});
