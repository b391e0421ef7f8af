import type { Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { defaultVpcOf } from "./vpc.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAccountAttributes.html */
export const accountAttributes: Handlers<EC2.Operations> = {
  DescribeAccountAttributes({ AttributeNames = [] }, ctx) {
    const attributes: Readonly<Record<string, readonly string[]>> = {
      "supported-platforms": ["VPC"],
      "default-vpc": [defaultVpcOf(ctx)?.id ?? "none"],
      "max-instances": ["20"],
      "vpc-max-security-groups-per-interface": ["5"],
      "max-elastic-ips": ["5"],
      "vpc-max-elastic-ips": ["5"],
    };
    return {
      AccountAttributes: Object.entries(attributes)
        .filter(([name]) => AttributeNames.length === 0 || (AttributeNames as string[]).includes(name))
        .map(([AttributeName, values]) => ({
          AttributeName,
          AttributeValues: values.map((AttributeValue) => ({ AttributeValue })),
        })),
    };
  },
};
