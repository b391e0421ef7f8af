import type { Context, Handlers } from "../../core/service.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { iamArn, wholeSecond } from "./entity.ts";
import { invalidInput, noSuchSamlProvider, samlProviderExists } from "./errors.ts";
import { pageOf } from "./page.ts";
import { type SamlProviderRecord, samlProviders } from "./saml-provider-record.ts";
import { addTags, readTags, removeTags, tagList, tagsOf } from "./tags.ts";

const HUNDRED_YEARS_MS = 100 * 365 * 24 * 3_600_000;

export const samlProviderHandlers: Handlers<IAM.Operations> = {
  CreateSAMLProvider(input, ctx) {
    const arn = iamArn(ctx, `saml-provider/${input.Name}`);
    const all = ctx.store.collection(samlProviders);
    if (all.has([arn])) throw samlProviderExists(input.Name);
    checkMetadata(input.SAMLMetadataDocument);
    const createdAtMs = wholeSecond(ctx.clock.now());
    const provider: SamlProviderRecord = {
      uuid: `ASPI${ctx.random.hex(32).toUpperCase()}`,
      metadata: input.SAMLMetadataDocument,
      createdAtMs,
      validUntilMs: createdAtMs + HUNDRED_YEARS_MS,
      tags: readTags(input.Tags),
      ...(input.AssertionEncryptionMode && { encryption: input.AssertionEncryptionMode }),
    };
    all.put([arn], provider);
    return { SAMLProviderArn: arn, ...tagsOf(provider.tags) };
  },

  GetSAMLProvider(input, ctx) {
    const provider = find(input.SAMLProviderArn, ctx);
    return {
      SAMLProviderUUID: provider.uuid,
      SAMLMetadataDocument: provider.metadata,
      CreateDate: new Date(provider.createdAtMs),
      ValidUntil: new Date(provider.validUntilMs),
      ...tagsOf(provider.tags),
      ...(provider.encryption && { AssertionEncryptionMode: provider.encryption }),
    };
  },

  ListSAMLProviders(_input, ctx) {
    const entries = ctx.store.collection(samlProviders).entries();
    return {
      SAMLProviderList: [...entries].map(({ key, value }) => ({
        Arn: key[0] as string,
        ValidUntil: new Date(value.validUntilMs),
        CreateDate: new Date(value.createdAtMs),
      })),
    };
  },

  UpdateSAMLProvider(input, ctx) {
    const provider = find(input.SAMLProviderArn, ctx);
    const { SAMLMetadataDocument: metadata = provider.metadata } = input;
    checkMetadata(metadata);
    const encryption = input.AssertionEncryptionMode ?? provider.encryption;
    put(input.SAMLProviderArn, { ...provider, metadata, ...(encryption && { encryption }) }, ctx);
    return { SAMLProviderArn: input.SAMLProviderArn };
  },

  DeleteSAMLProvider(input, ctx) {
    find(input.SAMLProviderArn, ctx);
    ctx.store.collection(samlProviders).delete([input.SAMLProviderArn]);
  },

  TagSAMLProvider(input, ctx) {
    const provider = find(input.SAMLProviderArn, ctx);
    put(input.SAMLProviderArn, { ...provider, tags: addTags(provider.tags, input.Tags) }, ctx);
  },

  UntagSAMLProvider(input, ctx) {
    const provider = find(input.SAMLProviderArn, ctx);
    put(input.SAMLProviderArn, { ...provider, tags: removeTags(provider.tags, input.TagKeys) }, ctx);
  },

  ListSAMLProviderTags(input, ctx) {
    const { tags } = find(input.SAMLProviderArn, ctx);
    const { items, page } = pageOf(tagList(tags), input, ({ Key }) => Key);
    return { Tags: items, ...page };
  },
};

function find(arn: string, ctx: Context): SamlProviderRecord {
  const provider = ctx.store.collection(samlProviders).get([arn]);
  if (!provider) throw noSuchSamlProvider(arn);
  return provider;
}

function put(arn: string, provider: SamlProviderRecord, ctx: Context): void {
  ctx.store.collection(samlProviders).put([arn], provider);
}

function checkMetadata(document: string): void {
  if (!/<(?:\w+:)?EntityDescriptor[\s>]/.test(document)) throw invalidInput("Could not parse metadata");
}
