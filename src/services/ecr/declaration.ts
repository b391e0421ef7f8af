import { declareService } from "../../aws/declaration.ts";
import { defineResource } from "../../aws/resource.ts";
import { taggedByArn } from "../../aws/tags.ts";
import { type RepositoryRecord, repositoryRecords } from "./repository.ts";

/** Amazon ECR: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/ */
export default declareService({
  name: "ecr",
  resources: {
    repository: defineResource<RepositoryRecord>({
      arn: "arn:{partition}:ecr:{region}:{account}:repository/{repositoryName/}",
      namedBy: { repositoryName: true, "repositoryNames[]": "repositoryName", resourceArn: true },
      fis: "aws:ecr:repository",
      cfn: "AWS::ECR::Repository",
      collection: repositoryRecords,
      policy: ({ policy }) => policy,
      tags: taggedByArn({
        of: ({ tags }) => tags,
        members: ["resourceArn", "tags", "tagKeys"],
        form: "list",
      }),
    }),
  },
});
