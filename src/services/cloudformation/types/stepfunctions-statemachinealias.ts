import { listOf } from "../mapping/changes.ts";
import { mapped, type Properties } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachinealias.html */
export default mapped({
  type: "AWS::StepFunctions::StateMachineAlias",
  service: "stepfunctions",
  replacedBy: ["Name"],
  idOf: (output) => output["stateMachineAliasArn"],
  keyOf: (id) => ({ stateMachineAliasArn: id }),
  input: (properties, at) => ({
    Name: at.name(80),
    ...properties,
    routingConfiguration: routing(properties),
  }),
  attributesOf: (_output, _properties, id) => ({ Arn: id }),
  create: "CreateStateMachineAlias",
  update: "UpdateStateMachineAlias",
  delete: "DeleteStateMachineAlias",
  read: "DescribeStateMachineAlias",
});

/** A gradual deployment ends where it leads: all traffic is on its version. */
function routing(properties: Properties): unknown[] {
  const preference = properties["DeploymentPreference"] as Properties | undefined;
  if (preference) return [{ stateMachineVersionArn: preference["StateMachineVersionArn"], weight: 100 }];
  return listOf(properties, "RoutingConfiguration");
}
