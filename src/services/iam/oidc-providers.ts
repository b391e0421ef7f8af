import type { Context, Handlers } from "../../core/service.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { iamArn, wholeSecond } from "./entity.ts";
import { noSuchOidcProvider, oidcProviderExists, quotaExceeded, validationError } from "./errors.ts";
import { type OidcProviderRecord, oidcProviders } from "./oidc-provider-record.ts";
import { pageOf } from "./page.ts";
import { addTags, readTags, removeTags, tagList, tagsOf } from "./tags.ts";

const MOST_CLIENTS = 100;
const MOST_THUMBPRINTS = 5;
/** AWS fetches the provider's certificate; here it is always this one. */
const UNKNOWN_THUMBPRINT = "0000000000000000000000000000000000000000";

export const oidcProviderHandlers: Handlers<IAM.Operations> = {
  CreateOpenIDConnectProvider(input, ctx) {
    if (!/^https:\/\/[^\s?#]+$/.test(input.Url))
      throw validationError("Invalid Open ID Connect Provider URL");
    const url = input.Url.replace("https://", "").replace(/\/$/, "");
    const arn = iamArn(ctx, `oidc-provider/${url}`);
    const all = ctx.store.collection(oidcProviders);
    if (all.has([arn])) throw oidcProviderExists(input.Url);
    const provider: OidcProviderRecord = {
      url,
      clientIds: clientIds(input.ClientIDList ?? []),
      thumbprints: thumbprints(input.ThumbprintList ?? [UNKNOWN_THUMBPRINT]),
      createdAtMs: wholeSecond(ctx.clock.now()),
      tags: readTags(input.Tags),
    };
    all.put([arn], provider);
    return { OpenIDConnectProviderArn: arn, ...tagsOf(provider.tags) };
  },

  GetOpenIDConnectProvider(input, ctx) {
    const provider = find(input.OpenIDConnectProviderArn, ctx);
    return {
      Url: provider.url,
      ClientIDList: [...provider.clientIds],
      ThumbprintList: [...provider.thumbprints],
      CreateDate: new Date(provider.createdAtMs),
      ...tagsOf(provider.tags),
    };
  },

  ListOpenIDConnectProviders(_input, ctx) {
    const entries = ctx.store.collection(oidcProviders).keys();
    return { OpenIDConnectProviderList: [...entries].map(([Arn]) => ({ Arn: Arn as string })) };
  },

  AddClientIDToOpenIDConnectProvider(input, ctx) {
    change(input.OpenIDConnectProviderArn, ctx, (provider) => ({
      clientIds: clientIds([...new Set([...provider.clientIds, input.ClientID])]),
    }));
  },

  RemoveClientIDFromOpenIDConnectProvider(input, ctx) {
    change(input.OpenIDConnectProviderArn, ctx, (provider) => ({
      clientIds: provider.clientIds.filter((id) => id !== input.ClientID),
    }));
  },

  UpdateOpenIDConnectProviderThumbprint(input, ctx) {
    change(input.OpenIDConnectProviderArn, ctx, () => ({
      thumbprints: thumbprints(input.ThumbprintList),
    }));
  },

  /** Deleting one that is not there is no error. */
  DeleteOpenIDConnectProvider(input, ctx) {
    ctx.store.collection(oidcProviders).delete([input.OpenIDConnectProviderArn]);
  },

  TagOpenIDConnectProvider(input, ctx) {
    change(input.OpenIDConnectProviderArn, ctx, ({ tags }) => ({ tags: addTags(tags, input.Tags) }));
  },

  UntagOpenIDConnectProvider(input, ctx) {
    change(input.OpenIDConnectProviderArn, ctx, ({ tags }) => ({ tags: removeTags(tags, input.TagKeys) }));
  },

  ListOpenIDConnectProviderTags(input, ctx) {
    const { tags } = find(input.OpenIDConnectProviderArn, ctx);
    const { items, page } = pageOf(tagList(tags), input, ({ Key }) => Key);
    return { Tags: items, ...page };
  },
};

function find(arn: string, ctx: Context): OidcProviderRecord {
  const provider = ctx.store.collection(oidcProviders).get([arn]);
  if (!provider) throw noSuchOidcProvider(arn);
  return provider;
}

function change(
  arn: string,
  ctx: Context,
  how: (provider: OidcProviderRecord) => Partial<OidcProviderRecord>,
): void {
  const provider = find(arn, ctx);
  ctx.store.collection(oidcProviders).put([arn], { ...provider, ...how(provider) });
}

function clientIds(ids: readonly string[]): readonly string[] {
  if (ids.length > MOST_CLIENTS) throw quotaExceeded("ClientIdsPerOpenIdConnectProvider", MOST_CLIENTS);
  return ids;
}

function thumbprints(list: readonly string[]): readonly string[] {
  if (list.length > MOST_THUMBPRINTS) {
    throw quotaExceeded("ThumbprintsPerOpenIdConnectProvider", MOST_THUMBPRINTS);
  }
  return list;
}
