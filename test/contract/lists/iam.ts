import type { ListCase } from "../lists.ts";

const page = { service: "iam", size: "MaxItems", token: "Marker", next: "Marker" } as const;
const name = (member: string) => (item: never) => (item as Record<string, string>)[member];
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }],
});

export const lists: readonly ListCase[] = [
  {
    ...page,
    operation: "ListUsers",
    items: "Users",
    add: (call, UserName) => call("CreateUser", { UserName }),
    remove: (call, UserName) => call("DeleteUser", { UserName }),
    nameOf: name("UserName"),
  },
  {
    ...page,
    operation: "ListGroups",
    items: "Groups",
    add: (call, GroupName) => call("CreateGroup", { GroupName }),
    remove: (call, GroupName) => call("DeleteGroup", { GroupName }),
    nameOf: name("GroupName"),
  },
  {
    ...page,
    operation: "ListRoles",
    items: "Roles",
    add: (call, RoleName) => call("CreateRole", { RoleName, AssumeRolePolicyDocument: TRUST }),
    remove: (call, RoleName) => call("DeleteRole", { RoleName }),
    nameOf: name("RoleName"),
  },
  {
    ...page,
    operation: "ListInstanceProfiles",
    items: "InstanceProfiles",
    add: (call, InstanceProfileName) => call("CreateInstanceProfile", { InstanceProfileName }),
    remove: (call, InstanceProfileName) => call("DeleteInstanceProfile", { InstanceProfileName }),
    nameOf: name("InstanceProfileName"),
  },
  {
    ...page,
    operation: "ListPolicies",
    input: () => ({ Scope: "Local" }),
    items: "Policies",
    add: (call, PolicyName) => call("CreatePolicy", { PolicyName, PolicyDocument: POLICY }),
    remove: (call, PolicyName) =>
      call("DeletePolicy", { PolicyArn: `arn:aws:iam::${call.account}:policy/${PolicyName}` }),
    nameOf: name("PolicyName"),
  },
  {
    ...page,
    operation: "ListRolePolicies",
    input: () => ({ RoleName: "r" }),
    items: "PolicyNames",
    prepare: (call) => call("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: TRUST }),
    add: (call, PolicyName) => call("PutRolePolicy", { RoleName: "r", PolicyName, PolicyDocument: POLICY }),
    remove: (call, PolicyName) => call("DeleteRolePolicy", { RoleName: "r", PolicyName }),
    nameOf: (policyName: string) => policyName,
  },
  {
    ...page,
    operation: "ListUserTags",
    input: () => ({ UserName: "u" }),
    items: "Tags",
    prepare: (call) => call("CreateUser", { UserName: "u" }),
    add: (call, Key) => call("TagUser", { UserName: "u", Tags: [{ Key, Value: "v" }] }),
    remove: (call, Key) => call("UntagUser", { UserName: "u", TagKeys: [Key] }),
    nameOf: name("Key"),
  },
];
