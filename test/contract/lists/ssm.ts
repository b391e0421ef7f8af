import type { ListCase } from "../lists.ts";

const page = { service: "ssm", size: "MaxResults", token: "NextToken", next: "NextToken" } as const;

const WAITS = JSON.stringify({
  schemaVersion: "0.3",
  mainSteps: [{ name: "wait", action: "aws:sleep", inputs: { Duration: "PT1H" } }],
});

/** Executions go by their client token, which is a UUID. */
const tokenOf = (name: string) => `00000000-0000-4000-8000-000000000${name.slice(1)}`;

const accountOf = (name: string) => `000000000${name.slice(1)}`;

const parameters = {
  ...page,
  items: "Parameters",
  add: (call, name) => call("PutParameter", { Name: `/list/${name}`, Type: "String", Value: "v" }),
  remove: (call, name) => call("DeleteParameter", { Name: `/list/${name}` }),
  nameOf: ({ Name }: { Name: string }) => Name.slice("/list/".length),
} satisfies Partial<ListCase>;

export const lists: readonly ListCase[] = [
  { ...parameters, operation: "DescribeParameters" },
  {
    ...parameters,
    operation: "DescribeParameters",
    input: () => ({ ParameterFilters: [{ Key: "Path", Option: "Recursive", Values: ["/list"] }] }),
  },
  { ...parameters, operation: "GetParametersByPath", input: () => ({ Path: "/list" }) },
  {
    ...page,
    operation: "GetParametersByPath",
    input: () => ({ Path: "/aws/service/global-infrastructure/regions" }),
    items: "Parameters",
    nameOf: ({ Name }: { Name: string }) => Name,
  },
  {
    ...page,
    operation: "GetParameterHistory",
    input: () => ({ Name: "/history" }),
    items: "Parameters",
    add: (call, Value) => call("PutParameter", { Name: "/history", Type: "String", Value, Overwrite: true }),
    nameOf: ({ Value }: { Value: string }) => Value,
  },
  {
    ...page,
    operation: "ListDocuments",
    // AWS's own are among them all.
    input: () => ({ Filters: [{ Key: "Owner", Values: ["Self"] }] }),
    items: "DocumentIdentifiers",
    add: (call, Name) => call("CreateDocument", { Name, DocumentType: "Automation", Content: WAITS }),
    remove: (call, Name) => call("DeleteDocument", { Name }),
    nameOf: ({ Name }: { Name: string }) => Name,
  },
  {
    ...page,
    operation: "ListDocumentVersions",
    input: () => ({ Name: "versions" }),
    items: "DocumentVersions",
    prepare: (call) =>
      call("CreateDocument", { Name: "versions", DocumentType: "Automation", Content: WAITS }),
    add: (call, VersionName) =>
      call("UpdateDocument", {
        Name: "versions",
        VersionName,
        DocumentVersion: "$LATEST",
        Content: WAITS.replace("0.3", `0.3", "description": "${VersionName}`),
      }),
    remove: (call, VersionName) => call("DeleteDocument", { Name: "versions", VersionName }),
    nameOf: ({ VersionName }: { VersionName?: string }) => VersionName,
  },
  {
    ...page,
    operation: "DescribeDocumentPermission",
    input: () => ({ Name: "shared", PermissionType: "Share" }),
    items: "AccountIds",
    prepare: (call) => call("CreateDocument", { Name: "shared", DocumentType: "Automation", Content: WAITS }),
    add: (call, name) =>
      call("ModifyDocumentPermission", {
        Name: "shared",
        PermissionType: "Share",
        AccountIdsToAdd: [accountOf(name)],
      }),
    remove: (call, name) =>
      call("ModifyDocumentPermission", {
        Name: "shared",
        PermissionType: "Share",
        AccountIdsToRemove: [accountOf(name)],
      }),
    nameOf: (account: string) => `q${account.slice(-3)}`,
  },
  {
    ...page,
    operation: "DescribeAutomationExecutions",
    items: "AutomationExecutionMetadataList",
    prepare: (call) => call("CreateDocument", { Name: "waits", DocumentType: "Automation", Content: WAITS }),
    add: (call, name) =>
      call("StartAutomationExecution", { DocumentName: "waits", ClientToken: tokenOf(name) }),
    nameOf: ({ AutomationExecutionId }: { AutomationExecutionId: string }) =>
      `q${AutomationExecutionId.slice(-3)}`,
  },
];
