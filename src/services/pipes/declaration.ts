import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { defineResource } from "../../aws/resource.ts";
import { taggedByArn } from "../../aws/tags.ts";
import { faultPoints } from "./fault-points.ts";
import { pipeLifecycle } from "./lifecycle.ts";
import { type PipeRecord, pipeRecords } from "./pipe.ts";

/** EventBridge Pipes: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/ */
const rolesOfPipe = [
  "RoleArn",
  "TargetParameters.EcsTaskParameters.Overrides.ExecutionRoleArn",
  "TargetParameters.EcsTaskParameters.Overrides.TaskRoleArn",
];

export default declareService({
  name: "pipes",
  resources: {
    pipe: defineResource<PipeRecord>({
      arn: "arn:{partition}:pipes:{region}:{account}:pipe/{Name}",
      namedBy: { Name: true, resourceArn: true },
      fis: "aws:pipes:pipe",
      cfn: "AWS::Pipes::Pipe",
      collection: pipeRecords,
      tags: taggedByArn({
        of: ({ tags }) => tags,
        members: ["resourceArn", "tags", "tagKeys"],
        form: "map",
      }),
    }),
  },
  iam: { passesRole: { CreatePipe: rolesOfPipe, UpdatePipe: rolesOfPipe } },
  faultPoints: { ...faultPoints, ...lifecyclePoint(pipeLifecycle) },
});
