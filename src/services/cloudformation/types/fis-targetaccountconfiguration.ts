import { mapped, type Properties } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-fis-targetaccountconfiguration.html */
export default mapped({
  type: "AWS::FIS::TargetAccountConfiguration",
  service: "fis",
  required: ["AccountId", "ExperimentTemplateId", "RoleArn"],
  replacedBy: ["AccountId", "ExperimentTemplateId"],
  create: "CreateTargetAccountConfiguration",
  update: "UpdateTargetAccountConfiguration",
  delete: "DeleteTargetAccountConfiguration",
  read: "GetTargetAccountConfiguration",
  idOf: (_output, { ExperimentTemplateId, AccountId }) => `${ExperimentTemplateId}|${AccountId}`,
  keyOf(id) {
    const [ExperimentTemplateId, AccountId] = id.split("|");
    return { ExperimentTemplateId, AccountId };
  },
  describedIn: (output) => output["targetAccountConfiguration"] as Properties,
});
