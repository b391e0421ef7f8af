import { mapped, type Properties } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-taskdefinition.html */
export default mapped({
  type: "AWS::ECS::TaskDefinition",
  service: "ecs",
  replacedBy: ["*"],
  named: ["Family", 255],
  idOf: (output) => (output["taskDefinition"] as Properties)["taskDefinitionArn"],
  keyOf: (id) => ({ taskDefinition: id }),
  attributesOf: (_output, _properties, id) => ({ TaskDefinitionArn: id }),
  describedIn(output) {
    const definition = output["taskDefinition"] as Properties;
    return definition["status"] === "ACTIVE" ? definition : undefined;
  },
  create: "RegisterTaskDefinition",
  delete: "DeregisterTaskDefinition",
  read: "DescribeTaskDefinition",
});
