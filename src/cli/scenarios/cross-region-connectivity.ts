import { common, type Scenario, tagged } from "./scenario.ts";

const OUTAGE = "PT3H";

/** https://docs.aws.amazon.com/fis/latest/userguide/cross-region-scenario.html */
export const crossRegionConnectivity: Scenario = {
  name: "cross-region-connectivity",
  title: "Cross-Region: Connectivity",
  description:
    "Another Region is out of reach: calls that go there from subnets and over transit gateways wait, and buckets and global tables are not replicated there.",
  tags: ["DisruptSubnet", "DisruptTransitGateway", "DisruptS3", "DisruptDynamoDb"].map(
    (key) => `${key}=Allowed`,
  ),
  template(choice) {
    const { otherRegion } = choice;
    const parameters = { duration: OUTAGE, region: otherRegion };
    return {
      ...common(this.title, choice),
      description: `Block traffic and pause replication between ${choice.region} and ${otherRegion}.`,
      targets: {
        Subnets: tagged("aws:ec2:subnet", ["DisruptSubnet", "Allowed"]),
        TransitGateways: tagged("aws:ec2:transit-gateway", ["DisruptTransitGateway", "Allowed"]),
        Buckets: tagged("aws:s3:bucket", ["DisruptS3", "Allowed"]),
        Tables: tagged("aws:dynamodb:global-table", ["DisruptDynamoDb", "Allowed"]),
      },
      actions: {
        "Disrupt-Route-Tables": {
          actionId: "aws:network:route-table-disrupt-cross-region-connectivity",
          parameters,
          targets: { Subnets: "Subnets" },
        },
        "Disrupt-Transit-Gateways": {
          actionId: "aws:network:transit-gateway-disrupt-cross-region-connectivity",
          parameters,
          targets: { TransitGateways: "TransitGateways" },
        },
        "Pause-S3-Replication": {
          actionId: "aws:s3:bucket-pause-replication",
          parameters,
          targets: { Buckets: "Buckets" },
        },
        "Pause-DynamoDB-Replication": {
          actionId: "aws:dynamodb:global-table-pause-replication",
          parameters: { duration: OUTAGE },
          targets: { Tables: "Tables" },
        },
      },
    };
  },
};
