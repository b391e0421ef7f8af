import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { defineResource } from "../../aws/resource.ts";
import { faultPoints } from "./fault-points.ts";
import { withoutHidden } from "./hidden-parameters.ts";
import { changeSetLifecycle, driftDetectionLifecycle } from "./lifecycles.ts";
import { type StackRecord, stackRecords } from "./stack.ts";

/** A stack as digests show it. */
const withoutHiddenParameters = (stack: StackRecord): unknown =>
  withoutHidden(stack, stack.blueprint.parameters, stack.operation?.to?.parameters ?? {});

/** AWS CloudFormation: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/ */
export default declareService({
  name: "cloudformation",
  iam: {
    passesRole: {
      CreateStack: "RoleARN",
      UpdateStack: "RoleARN",
      DeleteStack: "RoleARN",
      CreateChangeSet: "RoleARN",
      RollbackStack: "RoleARN",
      ContinueUpdateRollback: "RoleARN",
      CreateStackSet: "AdministrationRoleARN",
      UpdateStackSet: "AdministrationRoleARN",
    },
  },
  // A template of 51,200 bytes and 200 parameters of 4,096, in a form.
  requests: { mostBytes: 4 * 1024 * 1024 },
  resources: {
    stack: defineResource<StackRecord>({
      arn: "arn:{partition}:cloudformation:{region}:{account}:stack/{StackName}/{Id}",
      namedBy: { StackName: "StackName", StackId: true },
      // A stack that is only named may be any of that name.
      defaults: { Id: "*" },
      cfn: "AWS::CloudFormation::Stack",
      collection: stackRecords,
      counted: withoutHiddenParameters,
      nameOf: ({ id, deletedMs }) => (deletedMs === undefined ? id : undefined),
      keyOf: (names) =>
        names["account"] === undefined
          ? undefined
          : [
              `arn:aws:cloudformation:${names["region"]}:${names["account"]}:stack/${names["StackName"]}/${names["Id"]}`,
            ],
    }),
  },
  faultPoints: {
    ...faultPoints,
    ...lifecyclePoint(changeSetLifecycle),
    ...lifecyclePoint(driftDetectionLifecycle),
  },
  settings: {
    unsupported: {
      description: "A resource type that Squall does not serve fails its stack, or is recorded as created",
      type: "string",
      default: "fail",
      values: ["fail", "skip"],
    },
  },
});
