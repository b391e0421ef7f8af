import { retag } from "../mapping/changes.ts";
import { callsOf, found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { tagsOf } from "../property.ts";
import { defineType } from "../resource-type.ts";

const call = callsOf("fis");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-fis-experimenttemplate.html */
export default defineType({
  type: "AWS::FIS::ExperimentTemplate",
  replacedBy: [],
  required: ["Description", "RoleArn", "StopConditions", "Targets"],
  isTagged: true,
  async create(properties, at) {
    const { experimentTemplate } = await call(at, "CreateExperimentTemplate", {
      ...properties,
      ClientToken: at.name(64),
      Tags: tagsOf(properties, at.stackTags),
    });
    const { id } = experimentTemplate as { id: string };
    return { id, attributes: { Id: id } };
  },
  async update(existing, properties, at) {
    await call(at, "UpdateExperimentTemplate", { ...properties, Id: existing.id });
    const ResourceArn = `arn:${at.partition}:fis:${at.region}:${at.account}:experiment-template/${existing.id}`;
    await retag(existing.properties, properties, at, {
      untag: (TagKeys) => call(at, "UntagResource", { ResourceArn, TagKeys }),
      tag: (tags) => call(at, "TagResource", { ResourceArn, Tags: tags }),
    });
    return existing;
  },
  delete: ({ id }, at) => gone(call(at, "DeleteExperimentTemplate", { Id: id })),
  async read({ id, properties }, at) {
    const output = await found(call(at, "GetExperimentTemplate", { Id: id }));
    return shown(properties, output?.["experimentTemplate"] as Properties | undefined);
  },
});
