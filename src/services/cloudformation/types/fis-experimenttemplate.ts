import { callsOf, found, gone } from "../mapping/mapped.ts";
import { tagsOf } from "../property.ts";
import { defineType } from "../resource-type.ts";

const call = callsOf("fis");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-fis-experimenttemplate.html */
export default defineType({
  type: "AWS::FIS::ExperimentTemplate",
  replacedBy: [],
  required: ["Description", "RoleArn", "StopConditions", "Targets"],
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
    return existing;
  },
  delete: ({ id }, at) => gone(call(at, "DeleteExperimentTemplate", { Id: id })),
  read: ({ id }, at) => found(call(at, "GetExperimentTemplate", { Id: id })) as never,
});
