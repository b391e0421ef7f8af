import type { ListCase } from "../lists.ts";
import { aSubnet } from "./elasticache.ts";

const paged = {
  service: "memorydb",
  size: "MaxResults",
  token: "NextToken",
  next: "NextToken",
} as const;

const PASSWORD = "correct-horse-battery";

export const lists: readonly ListCase[] = [
  {
    ...paged,
    operation: "DescribeSubnetGroups",
    items: "SubnetGroups",
    add: async (call, SubnetGroupName) =>
      call("CreateSubnetGroup", { SubnetGroupName, SubnetIds: [await aSubnet(call)] }),
    remove: (call, SubnetGroupName) => call("DeleteSubnetGroup", { SubnetGroupName }),
    nameOf: ({ Name }: { Name: string }) => Name,
  },
  {
    ...paged,
    operation: "DescribeParameterGroups",
    items: "ParameterGroups",
    add: (call, ParameterGroupName) =>
      call("CreateParameterGroup", { ParameterGroupName, Family: "memorydb_redis7" }),
    remove: (call, ParameterGroupName) => call("DeleteParameterGroup", { ParameterGroupName }),
    // Every account has AWS's own three, which come first.
    least: 4,
    nameOf: ({ Name }: { Name: string }) => (Name.startsWith("default.") ? undefined : Name),
  },
  {
    ...paged,
    operation: "DescribeUsers",
    items: "Users",
    add: (call, UserName) =>
      call("CreateUser", {
        UserName,
        AccessString: "on ~* +@all",
        AuthenticationMode: { Type: "password", Passwords: [PASSWORD] },
      }),
    remove: (call, UserName) => call("DeleteUser", { UserName }),
    nameOf: ({ Name }: { Name: string }) => (Name === "default" ? undefined : Name),
  },
  {
    ...paged,
    operation: "DescribeACLs",
    items: "ACLs",
    add: (call, ACLName) => call("CreateACL", { ACLName, UserNames: ["default"] }),
    remove: (call, ACLName) => call("DeleteACL", { ACLName }),
    nameOf: ({ Name }: { Name: string }) => (Name === "open-access" ? undefined : Name),
  },
];
