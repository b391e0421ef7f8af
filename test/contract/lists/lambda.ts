import type { ListCase } from "../lists.ts";

/** An empty zip archive. */
const NOTHING = Buffer.concat([Buffer.from("PK\x05\x06"), Buffer.alloc(18)]);
const page = { service: "lambda", size: "MaxItems", token: "Marker", next: "NextMarker" } as const;

const functionNamed = (FunctionName: string) => ({
  FunctionName,
  Role: "arn:aws:iam::123456789012:role/r",
  Runtime: "nodejs24.x",
  Handler: "index.handler",
  Code: { ZipFile: NOTHING },
});
const parent = { FunctionName: "f" };

export const lists: readonly ListCase[] = [
  {
    ...page,
    operation: "ListFunctions",
    items: "Functions",
    add: (call, name) => call("CreateFunction", functionNamed(name)),
    remove: (call, FunctionName) => call("DeleteFunction", { FunctionName }),
    nameOf: ({ FunctionName }: { FunctionName: string }) => FunctionName,
  },
  {
    ...page,
    operation: "ListAliases",
    items: "Aliases",
    input: () => parent,
    async prepare(call) {
      await call("CreateFunction", functionNamed("f"));
      await call("PublishVersion", parent);
    },
    add: (call, Name) => call("CreateAlias", { ...parent, Name, FunctionVersion: "1" }),
    remove: (call, Name) => call("DeleteAlias", { ...parent, Name }),
    nameOf: ({ Name }: { Name: string }) => Name,
  },
  {
    ...page,
    operation: "ListLayers",
    items: "Layers",
    add: (call, LayerName) => call("PublishLayerVersion", { LayerName, Content: { ZipFile: NOTHING } }),
    remove: (call, LayerName) => call("DeleteLayerVersion", { LayerName, VersionNumber: 1 }),
    nameOf: ({ LayerName }: { LayerName: string }) => LayerName,
  },
  {
    ...page,
    operation: "ListFunctionEventInvokeConfigs",
    items: "FunctionEventInvokeConfigs",
    input: () => parent,
    async prepare(call) {
      await call("CreateFunction", functionNamed("f"));
      await call("PublishVersion", parent);
    },
    async add(call, Name) {
      await call("CreateAlias", { ...parent, Name, FunctionVersion: "1" });
      await call("PutFunctionEventInvokeConfig", { ...parent, Qualifier: Name, MaximumRetryAttempts: 1 });
    },
    remove: (call, Qualifier) => call("DeleteFunctionEventInvokeConfig", { ...parent, Qualifier }),
    nameOf: ({ FunctionArn }: { FunctionArn: string }) => FunctionArn.split(":").at(-1),
  },
  {
    ...page,
    operation: "ListFunctionUrlConfigs",
    items: "FunctionUrlConfigs",
    input: () => parent,
    async prepare(call) {
      await call("CreateFunction", functionNamed("f"));
      await call("PublishVersion", parent);
    },
    async add(call, Name) {
      await call("CreateAlias", { ...parent, Name, FunctionVersion: "1" });
      await call("CreateFunctionUrlConfig", { ...parent, Qualifier: Name, AuthType: "NONE" });
    },
    remove: (call, Qualifier) => call("DeleteFunctionUrlConfig", { ...parent, Qualifier }),
    nameOf: ({ FunctionArn }: { FunctionArn: string }) => FunctionArn.split(":").at(-1),
  },
];
