import { page, pageOf } from "../../aws/page.ts";
import type { Context } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { invalidNextToken } from "./errors.ts";
import { filtering } from "./filters.ts";
import { find, type Kept, type Kind } from "./kind.ts";

/** What every Describe operation is asked. */
export interface Asked {
  readonly Filters?: readonly EC2.Filter[] | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

const PAGE_SIZE = 1000;

/**
 * A page of resources of a kind, as they are described: those with the ids given, or all, that pass the filters. No more is read
 * than the page, and described only what is on it or what filters have to look at.
 */
export function describePage<R extends Kept, D extends object>(
  kind: Kind<R, D>,
  ids: readonly string[] | undefined,
  asked: Asked,
  ctx: Context,
  keep: (record: R) => boolean = () => true,
): { items: D[]; nextToken?: string } {
  const passes = filtering(asked.Filters, kind.filters);
  const described = new Map<string, D>();
  const describe = (record: R): D => {
    const known = described.get(record.id) ?? kind.describe(record, ctx);
    described.set(record.id, known);
    return known;
  };
  const isWanted = (record: R) => keep(record) && (asked.Filters === undefined || passes(describe(record)));
  const query = [ctx.operation, ids];
  const { items, nextToken } = ids?.length
    ? pageBy(
        [...new Set(ids)].map((id) => find(kind, id, ctx)).filter(isWanted),
        ({ id }) => id,
        asked,
        query,
      )
    : pageOf(ctx.store.collection(kind.collection), { ...requestOf(asked, query), keep: isWanted });
  return { items: items.map(describe), ...(nextToken !== undefined && { nextToken }) };
}

/** A page of what is at hand. @param query what else was asked: a token serves no other */
export function pageBy<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
  asked: Asked,
  query: unknown,
): { items: T[]; nextToken?: string } {
  return page(items, (item) => [keyOf(item)], requestOf(asked, query));
}

const requestOf = ({ MaxResults, NextToken, ...rest }: Asked, query: unknown) => ({
  size: MaxResults ?? PAGE_SIZE,
  token: NextToken,
  query: [query, rest],
  refuse: invalidNextToken,
});
