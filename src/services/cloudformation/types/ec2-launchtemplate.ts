import { isSame } from "../mapping/changes.ts";
import { call, ec2Type } from "../mapping/ec2.ts";
import type { ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

const LONGEST_NAME = 128;

/** A change is a version more; the default one stays, as on AWS. */
async function settle(
  LaunchTemplateId: string,
  before: Values,
  after: Values,
  at: ResourceContext,
): Promise<void> {
  const { LaunchTemplateData, VersionDescription } = after;
  if (Object.keys(before).length === 0 || isSame(before["LaunchTemplateData"], LaunchTemplateData)) return;
  await call(at, "CreateLaunchTemplateVersion", { LaunchTemplateId, LaunchTemplateData, VersionDescription });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-launchtemplate.html */
export default ec2Type({
  type: "AWS::EC2::LaunchTemplate",
  replacedBy: ["LaunchTemplateName"],
  required: ["LaunchTemplateData"],
  create: "CreateLaunchTemplate",
  delete: "DeleteLaunchTemplate",
  made: ["LaunchTemplate", "LaunchTemplateId"],
  described: ["DescribeLaunchTemplates", "LaunchTemplateIds", "LaunchTemplates"],
  input: (properties, at) => ({ LaunchTemplateName: at.name(LONGEST_NAME), ...properties }),
  attributesOf: ({ DefaultVersionNumber, LatestVersionNumber }) => ({
    DefaultVersionNumber: String(DefaultVersionNumber),
    LatestVersionNumber: String(LatestVersionNumber),
  }),
  settle,
});
