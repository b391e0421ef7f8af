import { Tagging, type Tags, tagList } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Route53 from "../../models/generated/route53.ts";
import { invalidInput } from "./errors.ts";
import { findHealthCheck, saveHealthCheck } from "./health-check.ts";
import { findZone, saveZone } from "./hosted-zone.ts";

/** The texts are inferred. */
const tagging = new Tagging({
  most: 10,
  errors: {
    tooMany: (most) => invalidInput(`The number of tags exceeds the limit of ${most}.`),
    invalid: invalidInput,
  },
});

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeTagsForResource.html and its neighbours */
export const tags: Handlers<Route53.Operations> = {
  ChangeTagsForResource({ ResourceType, ResourceId, AddTags, RemoveTagKeys }, ctx) {
    // The text is inferred.
    if (!AddTags && !RemoveTagKeys)
      throw invalidInput("At least one of AddTags and RemoveTagKeys must be specified.");
    const tagged = taggedOf(ResourceType, ResourceId, ctx);
    const left = tagging.remove(tagged.tags, RemoveTagKeys ?? []);
    tagged.save(
      tagging.add(
        left,
        (AddTags ?? []).map(({ Key = "", Value = "" }) => ({ Key, Value })),
      ),
    );
    return {};
  },

  ListTagsForResource: ({ ResourceType, ResourceId }, ctx) => ({
    ResourceTagSet: tagSet(ResourceType, ResourceId, ctx),
  }),

  ListTagsForResources: ({ ResourceType, ResourceIds }, ctx) => ({
    ResourceTagSets: ResourceIds.map((id) => tagSet(ResourceType, id, ctx)),
  }),
};

function tagSet(type: Route53.TagResourceType, id: string, ctx: Context): Route53.ResourceTagSet {
  return { ResourceType: type, ResourceId: id, Tags: tagList(taggedOf(type, id, ctx).tags) };
}

/** @throws NoSuchHostedZone, NoSuchHealthCheck */
function taggedOf(
  type: Route53.TagResourceType,
  id: string,
  ctx: Context,
): { readonly tags: Tags; save(tags: Tags): void } {
  if (type === "hostedzone") {
    const zone = findZone(id, ctx);
    return { tags: zone.tags, save: (tags) => saveZone({ ...zone, tags }, ctx) };
  }
  const check = findHealthCheck(id, ctx);
  return { tags: check.tags, save: (tags) => saveHealthCheck({ ...check, tags }, ctx) };
}
