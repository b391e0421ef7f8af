import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { defineContents, defineResource } from "../../aws/resource.ts";
import { upTo } from "../../core/text.ts";
import { type ActivityRecord, activityRecords } from "./activity-queue.ts";
import { definitionTexts } from "./definition-text.ts";
import { type ExecutionRecord, executionRecords } from "./execution.ts";
import { faultPoints } from "./fault-points.ts";
import { machineLifecycle } from "./lifecycle.ts";
import { type StateMachineRecord, stateMachineRecords } from "./state-machine.ts";

const tagList = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));

/** The state machine of its own ARN, of one of its versions or aliases, of an execution. */
function machineIn(arn: string) {
  const [, , , region, account, kind, name] = arn.split(":");
  if (!/^(?:stateMachine|execution|express|mapRun)$/.test(kind ?? "") || !region || !account || !name)
    return undefined;
  return { region, account, StateMachineName: upTo("/", name) };
}

const tags = {
  add: {
    operation: "TagResource",
    input: (arn: string, added: Readonly<Record<string, string>>) => ({
      resourceArn: arn,
      tags: tagList(added),
    }),
  },
  remove: {
    operation: "UntagResource",
    input: (arn: string, keys: readonly string[]) => ({ resourceArn: arn, tagKeys: [...keys] }),
  },
};

/** AWS Step Functions: https://docs.aws.amazon.com/step-functions/latest/apireference/ */
export default declareService({
  name: "stepfunctions",
  // A definition has 1 MiB, and is JSON in JSON.
  requests: { mostBytes: 7 * 1024 * 1024 },
  resources: {
    "state-machine": defineResource<StateMachineRecord>({
      arn: "arn:{partition}:states:{region}:{account}:stateMachine:{StateMachineName}",
      namedBy: {
        stateMachineArn: machineIn,
        stateMachineVersionArn: machineIn,
        stateMachineAliasArn: machineIn,
        executionArn: machineIn,
        mapRunArn: machineIn,
        resourceArn: machineIn,
        name: (name, place) => (place.operation === "CreateStateMachine" ? name : undefined),
      },
      fis: "aws:states:stateMachine",
      cfn: "AWS::StepFunctions::StateMachine",
      collection: stateMachineRecords,
      nameOf: ({ name }) => name,
      // A fingerprint of the definition, which is among its contents.
      counted: ({ definition: _, ...others }) => others,
      contents: [
        defineContents<StateMachineRecord, string>({
          collection: definitionTexts,
          within: ({ definition }) => [definition],
          entry: (definition) => ({ id: "definition", value: { definition } }),
        }),
        defineContents<StateMachineRecord, ExecutionRecord>({
          collection: executionRecords,
          within: ({ name }) => [name],
          entry: ({ name, status, input, error }) => ({ id: name, value: { status, input, error } }),
        }),
      ],
      tags: { of: ({ tags: kept }) => kept, ...tags },
    }),
    activity: defineResource<ActivityRecord>({
      arn: "arn:{partition}:states:{region}:{account}:activity:{ActivityName}",
      namedBy: {
        activityArn: true,
        resourceArn: (arn) => (arn.split(":")[5] === "activity" ? arn.split(":")[6] : undefined),
        name: (name, place) => (place.operation === "CreateActivity" ? name : undefined),
      },
      fis: "aws:states:activity",
      cfn: "AWS::StepFunctions::Activity",
      collection: activityRecords,
      nameOf: ({ name }) => name,
      tags: { of: ({ tags: kept }) => kept, ...tags },
    }),
  },
  iam: {
    prefix: "states",
    free: [],
    takesRolesAs: ["states.amazonaws.com"],
    passesRole: { CreateStateMachine: "roleArn", UpdateStateMachine: "roleArn", TestState: "roleArn" },
  },
  faultPoints: { ...faultPoints, ...lifecyclePoint(machineLifecycle) },
});
