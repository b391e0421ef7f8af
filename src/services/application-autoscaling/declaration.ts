import { declareService } from "../../aws/declaration.ts";
import { defineResource } from "../../aws/resource.ts";
import { taggedByArn } from "../../aws/tags.ts";
import { type TargetRecord, targetRecords } from "./scalable-target.ts";

/** Application Auto Scaling: https://docs.aws.amazon.com/autoscaling/application/APIReference/ */
export default declareService({
  name: "application-autoscaling",
  iam: { passesRole: { RegisterScalableTarget: "RoleARN" } },
  resources: {
    "scalable-target": defineResource<TargetRecord>({
      arn: "arn:{partition}:application-autoscaling:{region}:{account}:scalable-target/{TargetId}",
      namedBy: { ResourceARN: true },
      fis: "aws:application-autoscaling:scalable-target",
      cfn: "AWS::ApplicationAutoScaling::ScalableTarget",
      collection: targetRecords,
      nameOf: ({ arn }) => arn,
      // An ARN does not say what is scaled, which it is kept by.
      keyOf: () => undefined,
      tags: taggedByArn({ of: ({ tags }) => tags, members: ["ResourceARN", "Tags", "TagKeys"], form: "map" }),
    }),
  },
});
