import type { SquallClient } from "./client.ts";

/** A resource as `GET /_squall/resources` has it. */
export interface ListedResource {
  readonly arn: string;
  readonly service: string;
  readonly type: string;
  readonly account: string;
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
}

interface Page {
  readonly resources: readonly ListedResource[];
  readonly nextToken?: string;
}

/** Every resource that a question finds, page after page. */
export async function listResources(
  squall: SquallClient,
  filters: URLSearchParams,
): Promise<ListedResource[]> {
  const found: ListedResource[] = [];
  const query = new URLSearchParams(filters);
  for (;;) {
    const { resources, nextToken } = await squall.ask<Page>("GET", `/_squall/resources?${query}`);
    found.push(...resources);
    if (nextToken === undefined) return found;
    query.set("nextToken", nextToken);
  }
}

/** `2 dynamodb table, 1 sqs queue`, the most first. */
export function countedByType(
  resources: readonly { readonly service: string; readonly type: string }[],
): string {
  const counts = new Map<string, number>();
  for (const { service, type } of resources)
    counts.set(`${service} ${type}`, (counts.get(`${service} ${type}`) ?? 0) + 1);
  const most = [...counts].sort(([a, first], [b, second]) => second - first || (a < b ? -1 : 1));
  return most.map(([name, count]) => `${count} ${name}`).join(", ");
}
