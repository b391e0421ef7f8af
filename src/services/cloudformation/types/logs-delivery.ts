import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-delivery.html */
export default mapped({
  type: "AWS::Logs::Delivery",
  service: "logs",
  replacedBy: ["DeliveryDestinationArn", "DeliverySourceName"],
  idOf: (output) => (output["delivery"] as Record<string, unknown>)["id"],
  keyOf: (id) => ({ id }),
  attributesOf: (output, _properties, id) => {
    const { arn, deliveryDestinationType } = (output["delivery"] ?? {}) as Record<string, unknown>;
    return { DeliveryId: id, Arn: arn, DeliveryDestinationType: deliveryDestinationType };
  },
  describedIn: (output) => output["delivery"],
  create: "CreateDelivery",
  delete: "DeleteDelivery",
  read: "GetDelivery",
});
