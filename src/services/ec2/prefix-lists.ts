import type { Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { formatCidr } from "./cidr.ts";
import { describePage, pageBy } from "./describing.ts";
import {
  hasDependencies,
  invalidParameterValue,
  operationNotPermitted,
  prefixListMaxEntries,
  prefixListVersionMismatch,
} from "./errors.ts";
import { type FilterPaths, filtering } from "./filters.ts";
import { once } from "./idempotency.ts";
import { all, find, has, idFor, remove, save } from "./kind.ts";
import { entriesOf, type PrefixListRecord, prefixLists } from "./prefix-list.ts";
import { routeTables } from "./route-table.ts";
import { securityGroupRules } from "./security-group-rule.ts";
import { tagsFor } from "./tag-specifications.ts";
import { readBlock } from "./vpc-blocks.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateManagedPrefixList.html and its neighbours */
export const prefixListOperations: Handlers<EC2.Operations> = {
  CreateManagedPrefixList(input, ctx) {
    const list = once(prefixLists, input, ctx, () => {
      const { PrefixListName: name, AddressFamily, MaxEntries, Entries = [] } = input;
      if (name.startsWith("com.amazonaws"))
        throw invalidParameterValue(`Prefix list name '${name}' cannot start with com.amazonaws`);
      if (AddressFamily !== "IPv4" && AddressFamily !== "IPv6")
        throw invalidParameterValue(`Value (${AddressFamily}) for parameter AddressFamily is invalid.`);
      if (Entries.length > MaxEntries) throw prefixListMaxEntries(MaxEntries);
      return save(
        prefixLists,
        {
          id: idFor(prefixLists, ctx),
          tags: tagsFor("prefix-list", input.TagSpecifications),
          name,
          addressFamily: AddressFamily,
          maxEntries: MaxEntries,
          versions: [withEntries([], Entries)],
        },
        ctx,
      );
    });
    return { PrefixList: prefixLists.describe(list, ctx) };
  },

  DescribeManagedPrefixLists(input, ctx) {
    const { items, nextToken } = describePage(prefixLists, input.PrefixListIds, input, ctx);
    return { PrefixLists: items, NextToken: nextToken };
  },

  GetManagedPrefixListEntries({ PrefixListId, TargetVersion, ...asked }, ctx) {
    const list = find(prefixLists, PrefixListId, ctx);
    const entries = TargetVersion === undefined ? entriesOf(list) : (list.versions[TargetVersion - 1] ?? []);
    const { items, nextToken } = pageBy(entries, ({ Cidr }) => String(Cidr), asked, [
      PrefixListId,
      TargetVersion,
    ]);
    return { Entries: items, NextToken: nextToken };
  },

  ModifyManagedPrefixList(input, ctx) {
    const list = own(find(prefixLists, input.PrefixListId, ctx));
    const { AddEntries = [], RemoveEntries = [], CurrentVersion, PrefixListName, MaxEntries } = input;
    const isChanged = AddEntries.length + RemoveEntries.length > 0;
    if (CurrentVersion !== undefined && CurrentVersion !== list.versions.length)
      throw prefixListVersionMismatch(list.id);
    if (isChanged && CurrentVersion === undefined)
      throw invalidParameterValue("The request must contain the parameter CurrentVersion");
    const gone = new Set(RemoveEntries.map(({ Cidr }) => formatCidr(readBlock(Cidr, "Cidr"))));
    const kept = entriesOf(list).filter(({ Cidr }) => !gone.has(String(Cidr)));
    const entries = withEntries(kept, AddEntries);
    const maxEntries = MaxEntries ?? list.maxEntries ?? entries.length;
    if (entries.length > maxEntries) throw prefixListMaxEntries(maxEntries);
    const changed = save(
      prefixLists,
      {
        ...list,
        name: PrefixListName ?? list.name,
        maxEntries,
        versions: isChanged ? [...list.versions, entries] : list.versions,
      },
      ctx,
    );
    return { PrefixList: prefixLists.describe(changed, ctx) };
  },

  RestoreManagedPrefixListVersion({ PrefixListId, PreviousVersion, CurrentVersion }, ctx) {
    const list = own(find(prefixLists, PrefixListId, ctx));
    const before = list.versions[PreviousVersion - 1];
    if (CurrentVersion !== list.versions.length || before === undefined)
      throw prefixListVersionMismatch(PrefixListId);
    const restored = save(prefixLists, { ...list, versions: [...list.versions, before] }, ctx);
    return { PrefixList: prefixLists.describe(restored, ctx) };
  },

  DeleteManagedPrefixList({ PrefixListId }, ctx) {
    const list = own(find(prefixLists, PrefixListId, ctx));
    if (
      has(securityGroupRules, ctx, (rule) => rule.PrefixListId === PrefixListId) ||
      has(routeTables, ctx, ({ routes }) => routes.some(({ destination }) => destination === PrefixListId))
    )
      throw hasDependencies("prefixList", PrefixListId);
    remove(prefixLists, list, ctx);
    return { PrefixList: { ...prefixLists.describe(list, ctx), State: "delete-in-progress" } };
  },

  /** Those of AWS's own only. */
  DescribePrefixLists(input, ctx) {
    const { PrefixListIds = [] } = input;
    const named =
      PrefixListIds.length > 0
        ? PrefixListIds.map((id) => find(prefixLists, id, ctx))
        : all(prefixLists, ctx);
    const described = named
      .filter(({ service }) => service !== undefined)
      .map((list) => ({
        PrefixListId: list.id,
        PrefixListName: list.name,
        Cidrs: entriesOf(list).map(({ Cidr }) => String(Cidr)),
      }))
      .filter(filtering(input.Filters, AWS_LIST_FILTERS));
    const { items, nextToken } = pageBy(described, ({ PrefixListId }) => PrefixListId, input, PrefixListIds);
    return { PrefixLists: items, NextToken: nextToken };
  },
};

const AWS_LIST_FILTERS: FilterPaths<EC2.PrefixList> = {
  "prefix-list-id": "PrefixListId",
  "prefix-list-name": "PrefixListName",
};

function own(list: PrefixListRecord): PrefixListRecord {
  if (list.service !== undefined)
    throw operationNotPermitted(`The AWS-managed prefix list '${list.id}' cannot be modified or deleted`);
  return list;
}

/** A block that is there gets the new description. */
function withEntries(
  before: readonly EC2.PrefixListEntry[],
  added: readonly EC2.AddPrefixListEntry[],
): EC2.PrefixListEntry[] {
  const entries = new Map(before.map((entry) => [entry.Cidr, entry]));
  for (const { Cidr: text, Description } of added) {
    const Cidr = formatCidr(readBlock(text, "Cidr"));
    entries.set(Cidr, { Cidr, ...(Description !== undefined && { Description }) });
  }
  return [...entries.values()];
}
