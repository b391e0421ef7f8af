import { patched } from "../mapping/apigateway-patched.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-domainname.html */
export default patched(
  {
    type: "AWS::ApiGateway::DomainName",
    service: "apigateway",
    replacedBy: ["DomainName"],
    named: ["DomainName", 255],
    keyOf: (id) => ({ DomainName: id }),
    attributesOf: (output) => ({
      DistributionDomainName: output["distributionDomainName"],
      DistributionHostedZoneId: output["distributionHostedZoneId"],
      DomainNameArn: output["domainNameArn"],
      RegionalDomainName: output["regionalDomainName"],
      RegionalHostedZoneId: output["regionalHostedZoneId"],
    }),
    create: "CreateDomainName",
    delete: "DeleteDomainName",
    read: "GetDomainName",
  },
  "UpdateDomainName",
  {
    CertificateArn: "whole",
    RegionalCertificateArn: "whole",
    OwnershipVerificationCertificateArn: "whole",
    SecurityPolicy: "whole",
  },
  (id) => `/domainnames/${id}`,
);

/** How the service calls a mapping without a path. */
const _NO_PATH = "(none)";
