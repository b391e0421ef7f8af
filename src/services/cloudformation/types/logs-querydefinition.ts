import { listOf } from "../mapping/changes.ts";
import { mapped, type Properties } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-querydefinition.html */
export default mapped({
  type: "AWS::Logs::QueryDefinition",
  service: "logs",
  idOf: (output) => output["queryDefinitionId"],
  keyOf: (id) => ({ QueryDefinitionId: id }),
  attributesOf: (_output, _properties, id) => ({ QueryDefinitionId: id }),
  describedIn: (output, { id }) =>
    listOf<Properties>(output, "queryDefinitions").find(({ queryDefinitionId }) => queryDefinitionId === id),
  create: "PutQueryDefinition",
  update: "PutQueryDefinition",
  delete: "DeleteQueryDefinition",
  read: "DescribeQueryDefinitions",
});
