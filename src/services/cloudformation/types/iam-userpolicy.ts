import { inlinePolicy } from "../mapping/iam-inline-policy.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-userpolicy.html */
export default inlinePolicy("User");
