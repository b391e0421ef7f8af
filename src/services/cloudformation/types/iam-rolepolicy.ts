import { inlinePolicy } from "../mapping/iam-inline-policy.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-rolepolicy.html */
export default inlinePolicy("Role");
