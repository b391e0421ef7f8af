import { tagList } from "../../../aws/tags.ts";
import { retag } from "../mapping/changes.ts";
import { given, pick, tagsOf, text, unlessGone } from "../property.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

const inputOf = (Name: string, properties: Values) => ({
  Name,
  ...pick(properties, "AllowedPattern", "DataType", "Description", "Policies", "Tier", "Type"),
  Value: text(properties, "Value"),
});

const attributesOf = (properties: Values) => given({ Type: properties["Type"], Value: properties["Value"] });

async function changeTags(
  id: string,
  before: Values,
  properties: Values,
  at: ResourceContext,
): Promise<void> {
  const resource = { ResourceType: "Parameter", ResourceId: id };
  await retag(before, properties, at, {
    untag: (TagKeys) => at.call("ssm", "RemoveTagsFromResource", { ...resource, TagKeys }),
    tag: (tags) => at.call("ssm", "AddTagsToResource", { ...resource, Tags: tagList(tags) }),
  });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html */
export default defineType({
  type: "AWS::SSM::Parameter",
  replacedBy: ["Name"],
  required: ["Type", "Value"],
  isTagged: true,
  async create(properties, at) {
    // A generated name begins with `CFN`, not with the stack.
    const id = text(properties, "Name") ?? `CFN-${at.name().slice(at.stackName.length + 1)}`;
    const Tags = tagList(tagsOf(properties, at.stackTags));
    await at.call("ssm", "PutParameter", { ...inputOf(id, properties), Tags });
    return { id, attributes: attributesOf(properties) };
  },
  async update({ id, properties: before }, properties, at) {
    await at.call("ssm", "PutParameter", { ...inputOf(id, properties), Overwrite: true });
    await changeTags(id, before, properties, at);
    return { id, attributes: attributesOf(properties) };
  },
  delete: ({ id }, at) => unlessGone(at.call("ssm", "DeleteParameter", { Name: id }), "ParameterNotFound"),
  async read({ id, properties }, at) {
    const { Parameters = [] } = await at.call<{ Parameters?: Values[] }>("ssm", "GetParameters", {
      Names: [id],
      WithDecryption: true,
    });
    const [found] = Parameters;
    return found && { ...properties, Type: found["Type"]!, Value: found["Value"]! };
  },
});
