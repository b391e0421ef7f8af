import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-deliverysource.html */
export default mapped({
  type: "AWS::Logs::DeliverySource",
  service: "logs",
  replacedBy: ["LogType", "Name", "ResourceArn"],
  named: ["Name", 60],
  attributesOf: (output) => {
    const { arn, service, resourceArns } = (output["deliverySource"] ?? {}) as Record<string, unknown>;
    return { Arn: arn, Service: service, ResourceArns: resourceArns };
  },
  describedIn: (output) => output["deliverySource"],
  create: "PutDeliverySource",
  delete: "DeleteDeliverySource",
  read: "GetDeliverySource",
});
