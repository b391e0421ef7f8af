import type { KeptResource } from "../../core/service.ts";
import type * as ResourceGroups from "../../models/generated/resource-groups.ts";
import { badRequest } from "./errors.ts";

/** What a query asks for. */
export interface ParsedQuery {
  readonly types: readonly string[];
  readonly tags: readonly { readonly Key: string; readonly Values?: readonly string[] }[];
}

const ALL_TYPES = "AWS::AllSupported";

/**
 * Reads a query of the type TAG_FILTERS_1_0: https://docs.aws.amazon.com/ARG/latest/APIReference/API_ResourceQuery.html
 * @throws BadRequestException for what is none, and for queries by stack: stacks are not served
 */
export function parseQuery({ Type, Query }: ResourceGroups.ResourceQuery): ParsedQuery {
  if (Type !== "TAG_FILTERS_1_0") throw badRequest(`Queries of the type ${Type} are not served here`);
  let parsed: { ResourceTypeFilters?: unknown; TagFilters?: unknown } | null;
  try {
    parsed = JSON.parse(Query);
  } catch {
    throw badRequest("Query not valid: it is no JSON");
  }
  const { ResourceTypeFilters: types = [ALL_TYPES], TagFilters: tags = [] } = parsed ?? {};
  if (!isListOf(types, (type) => typeof type === "string"))
    throw badRequest("Query not valid: ResourceTypeFilters");
  if (!isListOf(tags, isFilter)) throw badRequest("Query not valid: TagFilters");
  return { types: types as string[], tags: tags as ParsedQuery["tags"] };
}

/** Types are CloudFormation's; of several filters all must hold, of a filter's values one. */
export function isMeant({ types, tags }: ParsedQuery, resource: KeptResource): boolean {
  const isType = types.includes(ALL_TYPES) || types.includes(resource.cloudFormationType ?? "");
  return (
    isType &&
    tags.every(({ Key, Values = [] }) => {
      const value = resource.tags[Key];
      return value !== undefined && (Values.length === 0 || Values.includes(value));
    })
  );
}

const isListOf = (value: unknown, is: (item: unknown) => boolean) => Array.isArray(value) && value.every(is);

function isFilter(filter: unknown): boolean {
  const { Key, Values = [] } = (filter ?? {}) as { Key?: unknown; Values?: unknown };
  return typeof Key === "string" && isListOf(Values, (value) => typeof value === "string");
}
