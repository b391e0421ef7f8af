import { Tagging, tagList } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as SSM from "../../models/generated/ssm.ts";
import { invalidResourceId, notServed, tooManyTags, validation } from "./errors.ts";
import { lookUp, type ParameterRecord, parameterRecords } from "./parameter.ts";
import { keyOfName, readName } from "./parameter-name.ts";

export const tagging = new Tagging({
  errors: {
    tooMany: tooManyTags,
    reserved: () => validation('Tag keys can\'t be prefixed with "aws:".'),
    duplicate: (key) => validation(`Duplicate tag key: ${key}.`),
  },
});

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html and its neighbours */
export const tags: Handlers<SSM.Operations> = {
  AddTagsToResource(input, ctx) {
    const parameter = tagged(input, ctx);
    save({ ...parameter, tags: tagging.add(parameter.tags, input.Tags) }, ctx);
  },

  RemoveTagsFromResource(input, ctx) {
    const parameter = tagged(input, ctx);
    save({ ...parameter, tags: tagging.remove(parameter.tags, input.TagKeys) }, ctx);
  },

  ListTagsForResource: (input, ctx) => ({ TagList: tagList(tagged(input, ctx).tags) }),
};

function tagged(input: { ResourceType: string; ResourceId: string }, ctx: Context): ParameterRecord {
  if (input.ResourceType !== "Parameter") throw notServed(`tags of SSM's ${input.ResourceType}`);
  const found = lookUp(readName(input.ResourceId, ctx), ctx);
  if (!found) throw invalidResourceId();
  return found.parameter;
}

const save = (parameter: ParameterRecord, ctx: Context) =>
  ctx.store.collection(parameterRecords).put(keyOfName(parameter.name), parameter);
