import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachineversion.html */
export default mapped({
  type: "AWS::StepFunctions::StateMachineVersion",
  service: "stepfunctions",
  replacedBy: ["Description", "StateMachineArn", "StateMachineRevisionId"],
  required: ["StateMachineArn"],
  idOf: (output) => output["stateMachineVersionArn"],
  keyOf: (id) => ({ stateMachineVersionArn: id, stateMachineArn: id }),
  // A machine that has not been changed has a revision in words only.
  input: ({ StateMachineRevisionId, ...properties }) => ({
    ...properties,
    ...(StateMachineRevisionId === "INITIAL" ? {} : { revisionId: StateMachineRevisionId }),
  }),
  attributesOf: (_output, _properties, id) => ({ Arn: id }),
  describedIn: (output) => ({ ...output, stateMachineArn: undefined }),
  create: "PublishStateMachineVersion",
  delete: "DeleteStateMachineVersion",
  read: "DescribeStateMachine",
});
