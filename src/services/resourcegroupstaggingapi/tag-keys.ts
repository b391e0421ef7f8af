import { keptThat } from "../../aws/kept.ts";
import { page } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Tagging from "../../models/generated/resourcegroupstaggingapi.ts";
import { tokenExpired } from "./errors.ts";

const PAGE_SIZE = 500;

/** What keys and values are in use: https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetTagKeys.html */
export const tagKeys: Handlers<Tagging.Operations> = {
  async GetTagKeys({ PaginationToken: token }, ctx) {
    const keys = (await tagsIn(ctx)).map(([key]) => key);
    const { items, token: next } = pageOf(keys, token, "keys");
    return { PaginationToken: next, TagKeys: items };
  },

  async GetTagValues({ PaginationToken: token, Key }, ctx) {
    const values = (await tagsIn(ctx)).flatMap(([key, value]) => (key === Key ? [value] : []));
    const { items, token: next } = pageOf(values, token, Key);
    return { PaginationToken: next, TagValues: items };
  },
};

async function tagsIn(ctx: Context): Promise<[key: string, value: string][]> {
  const tagged = await keptThat(ctx, ({ tags }) => Object.keys(tags).length > 0);
  return tagged.flatMap(({ tags }) => Object.entries(tags));
}

function pageOf(all: readonly string[], token: string | undefined, query: string) {
  const { items, nextToken } = page(new Set(all), (text) => [text], {
    size: PAGE_SIZE,
    token,
    query,
    refuse: tokenExpired,
  });
  return { items, token: nextToken ?? "" };
}
