import { zonesOf } from "../../aws/regions.ts";
import type { Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { pageBy } from "./describing.ts";
import { endpointServiceNotFound } from "./errors.ts";
import { type FilterPaths, filtering } from "./filters.ts";
import { givenId } from "./ids.ts";

/** Services with gateways into a VPC; all others have interfaces, and S3 both. */
const GATEWAYS = ["s3", "dynamodb", "s3express"];

/** Names of services as their endpoints have them: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html */
const SERVICES: readonly string[] = [
  "s3",
  "dynamodb",
  "s3express",
  "apigateway",
  "athena",
  "autoscaling",
  "cloudformation",
  "ec2",
  "ec2messages",
  "ecr.api",
  "ecr.dkr",
  "ecs",
  "ecs-agent",
  "ecs-telemetry",
  "elasticache",
  "elasticloadbalancing",
  "events",
  "execute-api",
  "fis",
  "glue",
  "kinesis-firehose",
  "kinesis-streams",
  "kms",
  "lambda",
  "logs",
  "monitoring",
  "rds",
  "rds-data",
  "scheduler",
  "secretsmanager",
  "sns",
  "sqs",
  "ssm",
  "ssmmessages",
  "states",
  "sts",
  "sync-states",
  "tagging",
  "xray",
];

/** `com.amazonaws.us-east-1.sqs` → `sqs`; undefined for a name that is no AWS service's of the Region. */
export function serviceIn(region: string, name: string): string | undefined {
  const prefix = `com.amazonaws.${region}.`;
  return name.startsWith(prefix) && /^[a-z0-9.-]+$/.test(name) ? name.slice(prefix.length) : undefined;
}

export const hasGateway = (service: string): boolean => GATEWAYS.includes(service);

const FILTERS: FilterPaths<EC2.ServiceDetail> = {
  owner: "Owner",
  "service-name": "ServiceName",
  "service-type": "ServiceType.ServiceType",
  "supported-ip-address-types": "SupportedIpAddressTypes",
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServices.html */
export const vpcEndpointServices: Handlers<EC2.Operations> = {
  DescribeVpcEndpointServices(input, { region }) {
    const { ServiceNames = [] } = input;
    for (const name of ServiceNames)
      if (serviceIn(region, name) === undefined) throw endpointServiceNotFound(name);
    const names =
      ServiceNames.length > 0 ? ServiceNames : SERVICES.map((name) => `com.amazonaws.${region}.${name}`);
    const details = names
      .flatMap((name) => detailsOf(name, region))
      .filter(filtering(input.Filters, FILTERS));
    const keyOf = ({ ServiceName, ServiceType }: EC2.ServiceDetail) =>
      `${ServiceName} ${ServiceType?.[0]?.ServiceType}`;
    const { items, nextToken } = pageBy(details, keyOf, input, ServiceNames);
    return {
      ServiceDetails: items,
      ServiceNames: [...new Set(items.map(({ ServiceName }) => String(ServiceName)))],
      NextToken: nextToken,
    };
  },
};

function detailsOf(name: string, region: string): EC2.ServiceDetail[] {
  const service = serviceIn(region, name) ?? "";
  const types = [
    ...(hasGateway(service) ? ["Gateway"] : []),
    ...(service === "dynamodb" ? [] : ["Interface"]),
  ];
  const dnsName = `${service}.${region}.amazonaws.com`;
  return types.map((ServiceType) => ({
    ServiceName: name,
    ServiceId: givenId("vpce-svc", name, ServiceType),
    ServiceType: [{ ServiceType }],
    ServiceRegion: region,
    AvailabilityZones: zonesOf(region).map((zone) => zone.name),
    AvailabilityZoneIds: zonesOf(region).map((zone) => zone.id),
    Owner: "amazon",
    BaseEndpointDnsNames: [ServiceType === "Gateway" ? dnsName : `${service}.${region}.vpce.amazonaws.com`],
    ...(ServiceType === "Interface" && {
      PrivateDnsName: dnsName,
      PrivateDnsNames: [{ PrivateDnsName: dnsName }],
    }),
    PrivateDnsNameVerificationState: "verified",
    VpcEndpointPolicySupported: true,
    AcceptanceRequired: false,
    ManagesVpcEndpoints: false,
    SupportedIpAddressTypes: ["ipv4"],
    Tags: [],
  }));
}
