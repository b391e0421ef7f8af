import { text } from "../property.ts";
import { defineType } from "../resource-type.ts";

/**
 * A repository as stacks speak of it, by its name, ARN and address; `cdk bootstrap` makes one. It is recorded in its stack alone: Squall
 * serves no ECR, so whoever pushes or pulls an image is told so by the call that it makes.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecr-repository.html
 */
export default defineType({
  type: "AWS::ECR::Repository",
  replacedBy: ["EncryptionConfiguration", "RepositoryName"],
  async create(properties, { name, partition, region, account }) {
    const id = text(properties, "RepositoryName") ?? name(256, { lower: true });
    return {
      id,
      attributes: {
        Arn: `arn:${partition}:ecr:${region}:${account}:repository/${id}`,
        RepositoryUri: `${account}.dkr.ecr.${region}.amazonaws.com/${id}`,
      },
    };
  },
  delete: async () => {},
  read: async ({ properties }) => properties,
});
