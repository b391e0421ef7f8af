import { keptThat } from "../../aws/kept.ts";
import { paging } from "../../aws/page.ts";
import { tagList } from "../../aws/tags.ts";
import { parseArn } from "../../core/arn.ts";
import type { Handlers, KeptResource } from "../../core/service.ts";
import { inTime } from "../../core/unhurried.ts";
import type * as Tagging from "../../models/generated/resourcegroupstaggingapi.ts";
import { invalidParameter, tokenExpired } from "./errors.ts";

const DEFAULT_PAGE = 50;
const MOST_ARNS = 100;

/** https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html */
export const resources: Handlers<Tagging.Operations> = {
  async GetResources(input, ctx) {
    const { ResourceARNList: arns, ResourceTypeFilters: types, TagFilters: filters = [] } = input;
    if (arns && (types || filters.length > 0 || input.ResourcesPerPage !== undefined))
      throw invalidParameter("ResourceARNList is not valid with other filters.");
    if (arns && arns.length > MOST_ARNS)
      throw invalidParameter(`ResourceARNList can have at most ${MOST_ARNS} ARNs.`);
    const wanted = arns && new Set(arns);
    const found = await keptThat(
      ctx,
      (resource) =>
        Object.keys(resource.tags).length > 0 &&
        (!wanted || wanted.has(resource.arn)) &&
        (!types?.length || types.some((type) => isOfType(resource, type))) &&
        filters.every((filter) => hasTag(resource, filter)),
    );
    const { PaginationToken: token, ResourcesPerPage: size = DEFAULT_PAGE, ...query } = input;
    const asked = { size, token, query, refuse: tokenExpired };
    const { items, nextToken } = await inTime(paging(found, ({ arn }) => [arn], asked));
    return {
      PaginationToken: nextToken ?? "",
      ResourceTagMappingList: items.map(({ arn, tags }) => ({ ResourceARN: arn, Tags: tagList(tags) })),
    };
  },
};

/** `sqs`, `lambda:function`, `dynamodb:table`: the service of an ARN, and what its resource begins with. */
function isOfType({ arn, type }: KeptResource, filter: string): boolean {
  const [service, kind] = filter.split(":", 2) as [string, string?];
  const parsed = parseArn(arn);
  if (parsed?.service !== service) return false;
  return (
    kind === undefined || kind === type || kind === parsed.resource.replace(/^\//, "").split(/[:/]/, 1)[0]
  );
}

/** A filter without values asks for the key alone; of several values one is enough. */
function hasTag({ tags }: Pick<KeptResource, "tags">, { Key, Values }: Tagging.TagFilter): boolean {
  const value = Key === undefined ? undefined : tags[Key];
  return value !== undefined && (!Values?.length || Values.includes(value));
}
