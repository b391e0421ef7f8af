import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-apidestination.html */
export default mapped({
  type: "AWS::Events::ApiDestination",
  service: "events",
  replacedBy: ["Name"],
  required: ["ConnectionArn", "HttpMethod", "InvocationEndpoint"],
  named: ["Name", 64],
  attributesOf: (output) => {
    const arn = String(output["ApiDestinationArn"]);
    return { Arn: arn, ArnForPolicy: arn.slice(0, arn.lastIndexOf("/")) };
  },
  create: "CreateApiDestination",
  update: "UpdateApiDestination",
  delete: "DeleteApiDestination",
  read: "DescribeApiDestination",
});
