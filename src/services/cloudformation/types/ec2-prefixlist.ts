import { isSame, listChanges, listOf } from "../mapping/changes.ts";
import { call, ec2Type } from "../mapping/ec2.ts";
import type { Properties } from "../mapping/mapped.ts";
import type { ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

/** A change of the entries is a version more; how many there may be is changed by itself, before more come. */
async function settle(
  PrefixListId: string,
  before: Values,
  after: Values,
  at: ResourceContext,
): Promise<void> {
  if (Object.keys(before).length === 0) return;
  const { PrefixListName, MaxEntries } = after;
  if (!isSame([before["PrefixListName"], before["MaxEntries"]], [PrefixListName, MaxEntries]))
    await call(at, "ModifyManagedPrefixList", { PrefixListId, PrefixListName, MaxEntries });
  const { added, removed } = listChanges<Properties>(listOf(before, "Entries"), listOf(after, "Entries"));
  const RemoveEntries = removed.filter(({ Cidr }) => !added.some((one) => one["Cidr"] === Cidr));
  if (added.length + RemoveEntries.length === 0) return;
  const { PrefixLists } = await call(at, "DescribeManagedPrefixLists", { PrefixListIds: [PrefixListId] });
  await call(at, "ModifyManagedPrefixList", {
    PrefixListId,
    CurrentVersion: (PrefixLists as Properties[])[0]?.["Version"],
    AddEntries: added,
    RemoveEntries,
  });
}

const list = ec2Type({
  type: "AWS::EC2::PrefixList",
  replacedBy: [],
  required: ["AddressFamily", "PrefixListName"],
  create: "CreateManagedPrefixList",
  delete: "DeleteManagedPrefixList",
  made: ["PrefixList", "PrefixListId"],
  described: ["DescribeManagedPrefixLists", "PrefixListIds", "PrefixLists"],
  input: (properties) => ({ MaxEntries: listOf(properties, "Entries").length, ...properties }),
  attributesOf: ({ OwnerId, PrefixListArn, Version }) => ({ OwnerId, Arn: PrefixListArn, Version }),
  settle,
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-prefixlist.html */
export default {
  ...list,
  async read(existing, at) {
    const said = await list.read?.(existing, at);
    if (!said || existing.properties["Entries"] === undefined) return said;
    const { Entries } = await call(at, "GetManagedPrefixListEntries", { PrefixListId: existing.id });
    return { ...said, Entries: Entries as Values[] };
  },
} satisfies typeof list;
