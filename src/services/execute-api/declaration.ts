import { declareService } from "../../aws/declaration.ts";
import { defineResource } from "../../aws/resource.ts";

/** The data plane of all APIs: every request of an API's client is a call `execute-api:Invoke`. */
export default declareService({
  name: "execute-api",
  storeName: "apigateway",
  iam: { takesRolesAs: ["apigateway.amazonaws.com"] },
  resources: {
    /** `arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/dev/GET/pets` */
    method: defineResource({
      arn: "arn:{partition}:execute-api:{region}:{account}:{apiId}/{stageName}/{httpMethod}{path+}",
      namedBy: { apiId: "apiId", stageName: "stageName", httpMethod: "httpMethod", path: "path" },
      defaults: { stageName: "$default", httpMethod: "", path: "" },
    }),
  },
  dataPlane: { name: "execute-api", operations: ["Invoke", "Connect", "Message", "Disconnect"] },
});
