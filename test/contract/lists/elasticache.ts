import type { Call, ListCase } from "../lists.ts";

const paged = {
  service: "elasticache",
  size: "MaxRecords",
  token: "Marker",
  next: "Marker",
  least: 20,
} as const;

const PASSWORD = "correct-horse-battery";

export async function aSubnet(call: Call): Promise<string> {
  const { Subnets } = await call("DescribeSubnets", {}, "ec2");
  return (Subnets as [{ SubnetId: string }])[0].SubnetId;
}

export const lists: readonly ListCase[] = [
  {
    ...paged,
    operation: "DescribeCacheSubnetGroups",
    items: "CacheSubnetGroups",
    add: async (call, CacheSubnetGroupName) =>
      call("CreateCacheSubnetGroup", {
        CacheSubnetGroupName,
        CacheSubnetGroupDescription: "a list's",
        SubnetIds: [await aSubnet(call)],
      }),
    remove: (call, CacheSubnetGroupName) => call("DeleteCacheSubnetGroup", { CacheSubnetGroupName }),
    nameOf: ({ CacheSubnetGroupName }: { CacheSubnetGroupName: string }) => CacheSubnetGroupName,
  },
  {
    ...paged,
    operation: "DescribeCacheParameterGroups",
    items: "CacheParameterGroups",
    add: (call, CacheParameterGroupName) =>
      call("CreateCacheParameterGroup", {
        CacheParameterGroupName,
        CacheParameterGroupFamily: "redis7",
        Description: "a list's",
      }),
    remove: (call, CacheParameterGroupName) => call("DeleteCacheParameterGroup", { CacheParameterGroupName }),
    nameOf: ({ CacheParameterGroupName }: { CacheParameterGroupName: string }) => CacheParameterGroupName,
  },
  {
    ...paged,
    operation: "DescribeUsers",
    items: "Users",
    add: (call, UserId) =>
      call("CreateUser", {
        UserId,
        UserName: UserId,
        Engine: "redis",
        AccessString: "on ~* +@all",
        Passwords: [PASSWORD],
      }),
    remove: (call, UserId) => call("DeleteUser", { UserId }),
    // Every account has one of AWS's.
    nameOf: ({ UserId }: { UserId: string }) => (UserId === "default" ? undefined : UserId),
  },
  {
    ...paged,
    operation: "DescribeUserGroups",
    items: "UserGroups",
    add: (call, UserGroupId) =>
      call("CreateUserGroup", { UserGroupId, Engine: "redis", UserIds: ["default"] }),
    remove: (call, UserGroupId) => call("DeleteUserGroup", { UserGroupId }),
    nameOf: ({ UserGroupId }: { UserGroupId: string }) => UserGroupId,
  },
];
