import { parseArn } from "../../core/arn.ts";
import type { Handlers } from "../../core/service.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import type { Database } from "./database.ts";
import { invalid, resourceNotFound } from "./errors.ts";

const MOST_TAGS = 50;
const PAGE = 10;

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html and its neighbours */
export const tags = (database: Database): Handlers<DynamoDB.Operations> => ({
  TagResource(input, ctx) {
    const { region, table } = tagged(database, input.ResourceArn, ctx);
    const added = tagsOf(input.Tags);
    checkNewTags(added, table.record.tags);
    region.save({ ...table.record, tags: { ...table.record.tags, ...added } });
  },

  UntagResource(input, ctx) {
    const { region, table } = tagged(database, input.ResourceArn, ctx);
    const left = Object.entries(table.record.tags).filter(([key]) => !input.TagKeys.includes(key));
    region.save({ ...table.record, tags: Object.fromEntries(left) });
  },

  ListTagsOfResource(input, ctx) {
    const { table } = tagged(database, input.ResourceArn, ctx);
    const all = Object.entries(table.record.tags).map(([Key, Value]) => ({ Key, Value }));
    const start = Number(input.NextToken ?? 0);
    if (!Number.isInteger(start)) throw invalid("Invalid NextToken");
    const end = start + PAGE;
    return { Tags: all.slice(start, end), ...(end < all.length && { NextToken: String(end) }) };
  },
});

function tagged(database: Database, arn: string, ctx: { account: string; region: string }) {
  const parsed = parseArn(arn);
  if (parsed?.service !== "dynamodb" || !parsed.resource.startsWith("table/"))
    throw invalid(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
  const { region, name } = database.locate(arn, ctx);
  const table = region.find(name);
  if (!table) throw resourceNotFound(`ResourcArn: ${arn} not found`);
  return { region, table };
}

export function tagsOf(list: readonly DynamoDB.Tag[]): Record<string, string> {
  return Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]));
}

export function checkNewTags(
  added: Readonly<Record<string, string>>,
  there: Readonly<Record<string, string>>,
): void {
  for (const key of Object.keys(added)) {
    if (key.startsWith("aws:"))
      throw invalid(
        "One or more parameter values were invalid: aws: prefixed tag key names are not allowed for external use.",
      );
  }
  if (Object.keys({ ...there, ...added }).length > MOST_TAGS)
    throw invalid("One or more parameter values were invalid: Too many tags: a resource can have at most 50");
}
