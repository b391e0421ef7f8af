import { type Tags, tagList } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { pageBy } from "./describing.ts";
import { invalidTaggedId } from "./errors.ts";
import { type FilterPaths, filtering } from "./filters.ts";
import { all, find, type Kept, type KeptKind, look, save } from "./kind.ts";
import { KINDS, kindsOf } from "./kinds.ts";
import { tagging } from "./tag-specifications.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html and its neighbours */
export const tagOperations: Handlers<EC2.Operations> = {
  CreateTags({ Resources, Tags: given }, ctx) {
    const tags = given.map(({ Key = "", Value = "" }) => ({ Key, Value }));
    for (const id of Resources) change(id, (before) => tagging.add(before, tags), ctx);
    return {};
  },

  /** A tag with a value goes if it has that value; without tags, all go that are the user's. */
  DeleteTags({ Resources, Tags: given }, ctx) {
    const isMeant = (key: string, value: string) =>
      given?.length
        ? given.some(({ Key, Value }) => Key === key && (Value === undefined || Value === value))
        : !key.startsWith("aws:");
    for (const id of Resources) {
      const kept = (before: Tags) =>
        Object.fromEntries(Object.entries(before).filter(([key, value]) => !isMeant(key, value)));
      change(id, kept, ctx);
    }
    return {};
  },

  DescribeTags(input, ctx) {
    const descriptions = KINDS.flatMap((kind) => all(kind, ctx).flatMap((record) => describe(kind, record)));
    const { items, nextToken } = pageBy(
      descriptions.filter(filtering(input.Filters, filtersFor(input.Filters))),
      ({ ResourceId, Key }) => `${ResourceId} ${Key}`,
      input,
      ctx.operation,
    );
    return { Tags: items, NextToken: nextToken };
  },
};

function change(id: string, changed: (before: Tags) => Tags, ctx: Context): void {
  const kinds = kindsOf(id);
  const [first] = kinds;
  if (first === undefined) throw invalidTaggedId(id);
  const kind: KeptKind<Kept> = kinds.find((one) => look(one, id, ctx) !== undefined) ?? first;
  const record = find(kind, id, ctx);
  save(kind, { ...record, tags: changed(record.tags) }, ctx);
}

const describe = ({ type }: KeptKind<Kept>, { id, tags }: Kept): EC2.TagDescription[] =>
  tagList(tags).map((tag) => ({ ...tag, ResourceId: id, ResourceType: type }));

const FILTERS: FilterPaths<EC2.TagDescription> = {
  key: "Key",
  "resource-id": "ResourceId",
  "resource-type": "ResourceType",
  value: "Value",
};

/** `tag:Owner` is of one tag here, the one that is described. */
const filtersFor = (given: readonly EC2.Filter[] = []): FilterPaths<EC2.TagDescription> => ({
  ...FILTERS,
  ...Object.fromEntries(
    given
      .map(({ Name = "" }) => Name)
      .filter((name) => name.startsWith("tag:"))
      .map((name) => [
        name,
        ({ Key, Value }: EC2.TagDescription) => (Key === name.slice("tag:".length) ? Value : undefined),
      ]),
  ),
});
