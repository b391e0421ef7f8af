import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-domainname.html */
export default mapped({
  type: "AWS::ApiGatewayV2::DomainName",
  service: "apigatewayv2",
  replacedBy: ["DomainName"],
  named: ["DomainName", 512],
  attributesOf: (output) => {
    const [configuration] = (output["DomainNameConfigurations"] ?? []) as Record<string, unknown>[];
    return {
      DomainNameArn: output["DomainNameArn"],
      RegionalDomainName: configuration?.["ApiGatewayDomainName"],
      RegionalHostedZoneId: configuration?.["HostedZoneId"],
    };
  },
  create: "CreateDomainName",
  update: "UpdateDomainName",
  delete: "DeleteDomainName",
  read: "GetDomainName",
});
