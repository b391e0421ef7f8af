import type { ListCase } from "../lists.ts";

const page = { service: "ssm", size: "MaxResults", token: "NextToken", next: "NextToken" } as const;

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
];
