import { Tagging, tagList } from "../../aws/tags.ts";
import { parseArn } from "../../core/arn.ts";
import type { Handlers } from "../../core/service.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import type { Database } from "./database.ts";
import { invalid, resourceNotFound } from "./errors.ts";
import { listPage } from "./list-page.ts";

const PAGE = 10;

export const tagging = new Tagging({
  errors: {
    tooMany: (most) =>
      invalid(
        `One or more parameter values were invalid: Too many tags: a resource can have at most ${most}`,
      ),
    invalid: (reason) => invalid(`One or more parameter values were invalid: ${reason}`),
  },
});

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html and its neighbours */
export const tags = (database: Database): Handlers<DynamoDB.Operations> => ({
  TagResource(input, ctx) {
    if (input.Tags.length === 0) throw invalid("Atleast one Tag needs to be provided as Input.");
    const { region, table } = tagged(database, input.ResourceArn, ctx);
    region.save({ ...table.record, tags: tagging.add(table.record.tags, input.Tags) });
  },

  UntagResource(input, ctx) {
    if (input.TagKeys.length === 0) throw invalid("Atleast one Tag Key needs to be provided as Input.");
    const { region, table } = tagged(database, input.ResourceArn, ctx);
    region.save({ ...table.record, tags: tagging.remove(table.record.tags, input.TagKeys) });
  },

  ListTagsOfResource(input, ctx) {
    const { table } = tagged(database, input.ResourceArn, ctx);
    const { items, nextToken } = listPage(tagList(table.record.tags), input, PAGE, ({ Key }) => [Key]);
    return { Tags: items, ...(nextToken && { NextToken: nextToken }) };
  },
});

function tagged(database: Database, arn: string, ctx: { account: string; region: string }) {
  const parsed = parseArn(arn);
  if (!arn.startsWith("arn:")) throw invalid(`ARNs must start with 'arn:': ${arn}`);
  if (parsed?.service !== "dynamodb" || !parsed.resource.startsWith("table/"))
    throw invalid(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
  const { region, name } = database.locate(arn, ctx);
  const table = region.find(name);
  if (!table) throw resourceNotFound(`ResourcArn: ${arn} not found`);
  return { region, table };
}
