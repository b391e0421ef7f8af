import { inlinePolicy } from "../mapping/iam-inline-policy.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-grouppolicy.html */
export default inlinePolicy("Group");
