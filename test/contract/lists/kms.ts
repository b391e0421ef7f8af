import type { Call, ListCase } from "../lists.ts";

const page = { service: "kms", size: "Limit", token: "Marker", next: "NextMarker" } as const;

const keyOf = async (call: Call): Promise<string> => {
  const { Aliases } = await call("ListAliases");
  const found = (Aliases as { AliasName: string; TargetKeyId: string }[]).find(
    ({ AliasName }) => AliasName === "alias/aws/of-the-list",
  );
  if (found) return found.TargetKeyId;
  const { KeyMetadata } = await call("DescribeKey", { KeyId: "alias/aws/of-the-list" });
  return (KeyMetadata as { KeyId: string }).KeyId;
};

const grantee = (call: Call, name: string) => `arn:aws:iam::${call.account}:role/${name}`;
/** One key an account for what hangs on a key. */
const keys = new Map<string, string>();
const ownKey = async (call: Call) => {
  const { KeyMetadata } = await call("CreateKey");
  keys.set(call.account, (KeyMetadata as { KeyId: string }).KeyId);
};

const retiring = (account: string) => `arn:aws:iam::${account}:role/retiring`;

export const lists: readonly ListCase[] = [
  {
    ...page,
    operation: "ListAliases",
    items: "Aliases",
    add: async (call, name) =>
      call("CreateAlias", { AliasName: `alias/${name}`, TargetKeyId: await keyOf(call) }),
    remove: (call, name) => call("DeleteAlias", { AliasName: `alias/${name}` }),
    nameOf: ({ AliasName }: { AliasName: string }) =>
      AliasName.startsWith("alias/aws/") ? undefined : AliasName.slice("alias/".length),
  },
  {
    ...page,
    operation: "ListResourceTags",
    items: "Tags",
    input: (account) => ({ KeyId: keys.get(account) }),
    prepare: ownKey,
    add: (call, TagKey) =>
      call("TagResource", { KeyId: keys.get(call.account), Tags: [{ TagKey, TagValue: "v" }] }),
    remove: (call, name) => call("UntagResource", { KeyId: keys.get(call.account), TagKeys: [name] }),
    nameOf: ({ TagKey }: { TagKey: string }) => TagKey,
  },
  {
    ...page,
    operation: "ListGrants",
    items: "Grants",
    input: (account) => ({ KeyId: keys.get(account) }),
    prepare: ownKey,
    add: (call, name) =>
      call("CreateGrant", {
        KeyId: keys.get(call.account),
        GranteePrincipal: grantee(call, name),
        Operations: ["Decrypt"],
      }),
    async remove(call, name) {
      const KeyId = keys.get(call.account);
      const { Grants } = await call("ListGrants", { KeyId, GranteePrincipal: grantee(call, name) });
      await call("RevokeGrant", { KeyId, GrantId: (Grants as { GrantId: string }[])[0]!.GrantId });
    },
    nameOf: ({ GranteePrincipal }: { GranteePrincipal: string }) =>
      GranteePrincipal.slice(GranteePrincipal.lastIndexOf("/") + 1),
  },
  {
    ...page,
    operation: "ListRetirableGrants",
    items: "Grants",
    input: (account) => ({ RetiringPrincipal: retiring(account) }),
    prepare: ownKey,
    add: (call, name) =>
      call("CreateGrant", {
        KeyId: keys.get(call.account),
        GranteePrincipal: grantee(call, name),
        RetiringPrincipal: retiring(call.account),
        Operations: ["Decrypt"],
      }),
    async remove(call, name) {
      const KeyId = keys.get(call.account);
      const { Grants } = await call("ListGrants", { KeyId, GranteePrincipal: grantee(call, name) });
      await call("RevokeGrant", { KeyId, GrantId: (Grants as { GrantId: string }[])[0]!.GrantId });
    },
    nameOf: ({ GranteePrincipal }: { GranteePrincipal: string }) =>
      GranteePrincipal.slice(GranteePrincipal.lastIndexOf("/") + 1),
  },
];
