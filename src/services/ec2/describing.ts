import { page } from "../../aws/page.ts";
import type { Context } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { invalidNextToken } from "./errors.ts";
import { filtering } from "./filters.ts";
import { all, find, type Kept, type Kind } from "./kind.ts";

/** What every Describe operation is asked. */
export interface Asked {
  readonly Filters?: readonly EC2.Filter[] | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

const PAGE_SIZE = 1000;

/** A page of resources of a kind, as they are described: those with the ids given, or all, that pass the filters. */
export function describePage<R extends Kept, D extends object>(
  kind: Kind<R, D>,
  ids: readonly string[] | undefined,
  asked: Asked,
  ctx: Context,
  keep: (record: R) => boolean = () => true,
): { items: D[]; nextToken?: string } {
  const passes = filtering(asked.Filters, kind.filters);
  const records = ids?.length ? [...new Set(ids)].map((id) => find(kind, id, ctx)) : all(kind, ctx);
  const described = records
    .filter(keep)
    .map((record) => ({ id: record.id, described: kind.describe(record, ctx) }))
    .filter((one) => passes(one.described));
  const { items, nextToken } = pageBy(described, ({ id }) => id, asked, [ctx.operation, ids]);
  return { items: items.map((one) => one.described), ...(nextToken !== undefined && { nextToken }) };
}

/** A page of what is at hand. @param query what else was asked: a token serves no other */
export function pageBy<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
  { MaxResults, NextToken, ...rest }: Asked,
  query: unknown,
): { items: T[]; nextToken?: string } {
  return page(items, (item) => [keyOf(item)], {
    size: MaxResults ?? PAGE_SIZE,
    token: NextToken,
    query: [query, rest],
    refuse: invalidNextToken,
  });
}
