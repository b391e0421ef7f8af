import { defineType } from "../resource-type.ts";

/** What the CDK tells of its constructs: https://docs.aws.amazon.com/cdk/v2/guide/usage-data.html */
export default defineType({
  type: "AWS::CDK::Metadata",
  replacedBy: [],
  create: async (_, at) => ({ id: at.name(), attributes: {} }),
  delete: async () => {},
  read: async ({ properties }) => properties,
});
