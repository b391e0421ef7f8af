import { parameterGroupType } from "../mapping/rds-parameter-group.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbparametergroup.html */
export default parameterGroupType({
  type: "AWS::RDS::DBParameterGroup",
  required: ["Description", "Family"],
  called: "DBParameterGroup",
  parameters: "DBParameters",
  arnType: "pg",
});
