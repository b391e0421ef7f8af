import { parameterGroupType } from "../mapping/rds-parameter-group.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbclusterparametergroup.html */
export default parameterGroupType({
  type: "AWS::RDS::DBClusterParameterGroup",
  required: ["Description", "Family", "Parameters"],
  called: "DBClusterParameterGroup",
  parameters: "DBClusterParameters",
  arnType: "cluster-pg",
});
