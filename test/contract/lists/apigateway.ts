import type { Call, ListCase } from "../lists.ts";

interface Named {
  readonly id: string;
  readonly name: string;
}

const page = {
  service: "apigateway",
  size: "limit",
  token: "position",
  next: "position",
  items: "items",
} as const;

async function idOf(call: Call, operation: string, name: string): Promise<string> {
  const { items } = await call(operation, { limit: 500 });
  return (items as Named[]).find((item) => item.name === name)!.id;
}

export const lists: readonly ListCase[] = [
  {
    ...page,
    operation: "GetRestApis",
    add: (call, name) => call("CreateRestApi", { name }),
    remove: async (call, name) => call("DeleteRestApi", { restApiId: await idOf(call, "GetRestApis", name) }),
    nameOf: ({ name }: Named) => name,
  },
  {
    ...page,
    operation: "GetApiKeys",
    add: (call, name) => call("CreateApiKey", { name }),
    remove: async (call, name) => call("DeleteApiKey", { apiKey: await idOf(call, "GetApiKeys", name) }),
    nameOf: ({ name }: Named) => name,
  },
  {
    ...page,
    operation: "GetUsagePlans",
    add: (call, name) => call("CreateUsagePlan", { name }),
    remove: async (call, name) =>
      call("DeleteUsagePlan", { usagePlanId: await idOf(call, "GetUsagePlans", name) }),
    nameOf: ({ name }: Named) => name,
  },
  {
    service: "apigatewayv2",
    operation: "GetApis",
    size: "MaxResults",
    sizeIsText: true,
    token: "NextToken",
    next: "NextToken",
    items: "Items",
    add: (call, Name) => call("CreateApi", { Name, ProtocolType: "HTTP" }),
    async remove(call, name) {
      const { Items } = await call("GetApis");
      const { ApiId } = (Items as { ApiId: string; Name: string }[]).find(({ Name }) => Name === name)!;
      await call("DeleteApi", { ApiId });
    },
    nameOf: ({ Name }: { Name: string }) => Name,
  },
];
