import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-deliverydestination.html */
export default mapped({
  type: "AWS::Logs::DeliveryDestination",
  service: "logs",
  replacedBy: ["DestinationResourceArn", "Name"],
  named: ["Name", 60],
  input: (properties) => ({
    ...properties,
    deliveryDestinationConfiguration: { destinationResourceArn: properties["DestinationResourceArn"] },
  }),
  attributesOf: (output) => {
    const { arn, deliveryDestinationType } = (output["deliveryDestination"] ?? {}) as Record<string, unknown>;
    return { Arn: arn, DeliveryDestinationType: deliveryDestinationType };
  },
  describedIn: (output) => output["deliveryDestination"],
  create: "PutDeliveryDestination",
  delete: "DeleteDeliveryDestination",
  read: "GetDeliveryDestination",
});
