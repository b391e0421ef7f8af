import { arn, byId, type Call, type ListCase } from "../lists.ts";

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

/** A version of a change of its own: nothing new makes no version. */
async function publish(call: Call, Description: string): Promise<string> {
  await call("UpdateFunctionConfiguration", {
    ...parent,
    Environment: { Variables: { VERSION: Description } },
  });
  return String((await call("PublishVersion", { ...parent, Description }))["Version"]);
}

async function newSigning(call: Call, Description: string): Promise<string> {
  const SigningProfileVersionArns = ["arn:aws:signer:us-east-1:123456789012:/signing-profiles/p/0123456789"];
  const { CodeSigningConfig } = (await call("CreateCodeSigningConfig", {
    Description,
    AllowedPublishers: { SigningProfileVersionArns },
  })) as { CodeSigningConfig: { CodeSigningConfigArn: string } };
  return CodeSigningConfig.CodeSigningConfigArn;
}
async function signing(call: Call): Promise<string> {
  const { CodeSigningConfigs } = (await call("ListCodeSigningConfigs")) as {
    CodeSigningConfigs: { CodeSigningConfigArn: string }[];
  };
  return CodeSigningConfigs[0]!.CodeSigningConfigArn;
}

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
  {
    ...page,
    operation: "ListVersionsByFunction",
    items: "Versions",
    input: () => parent,
    prepare: (call) => call("CreateFunction", functionNamed("f")),
    ...byId(publish, (call, Qualifier) => call("DeleteFunction", { ...parent, Qualifier })),
    nameOf: ({ Description }: { Description: string }) => Description || undefined,
  },
  {
    ...page,
    operation: "ListLayerVersions",
    items: "LayerVersions",
    input: () => ({ LayerName: "l" }),
    ...byId(
      async (call, Description) => {
        const layer = { LayerName: "l", Description, Content: { ZipFile: NOTHING } };
        return String((await call("PublishLayerVersion", layer))["Version"]);
      },
      (call, version) => call("DeleteLayerVersion", { LayerName: "l", VersionNumber: Number(version) }),
    ),
    nameOf: ({ Description }: { Description: string }) => Description,
  },
  {
    ...page,
    operation: "ListProvisionedConcurrencyConfigs",
    items: "ProvisionedConcurrencyConfigs",
    input: () => parent,
    prepare: (call) => call("CreateFunction", functionNamed("f")),
    async add(call, Name) {
      // A version has one configuration, its own or an alias's.
      const FunctionVersion = await publish(call, Name);
      await call("CreateAlias", { ...parent, Name, FunctionVersion });
      await call("PutProvisionedConcurrencyConfig", {
        ...parent,
        Qualifier: Name,
        ProvisionedConcurrentExecutions: 1,
      });
    },
    remove: (call, Qualifier) => call("DeleteProvisionedConcurrencyConfig", { ...parent, Qualifier }),
    nameOf: ({ FunctionArn }: { FunctionArn: string }) => FunctionArn.split(":").at(-1),
  },
  {
    ...page,
    operation: "ListEventSourceMappings",
    items: "EventSourceMappings",
    prepare: (call) => call("CreateFunction", functionNamed("f")),
    ...byId(
      async (call, QueueName) => {
        await call("CreateQueue", { QueueName }, "sqs");
        const EventSourceArn = arn("sqs", call.account, QueueName);
        const mapping = { ...parent, EventSourceArn, Enabled: false };
        return String((await call("CreateEventSourceMapping", mapping))["UUID"]);
      },
      (call, UUID) => call("DeleteEventSourceMapping", { UUID }),
    ),
    nameOf: ({ EventSourceArn }: { EventSourceArn: string }) => EventSourceArn.split(":").at(-1),
  },
  {
    ...page,
    operation: "ListCodeSigningConfigs",
    items: "CodeSigningConfigs",
    ...byId(
      (call, Description) => newSigning(call, Description),
      (call, CodeSigningConfigArn) => call("DeleteCodeSigningConfig", { CodeSigningConfigArn }),
    ),
    nameOf: ({ Description }: { Description: string }) => Description,
  },
  {
    ...page,
    operation: "ListFunctionsByCodeSigningConfig",
    items: "FunctionArns",
    input: async (_account, call) => ({ CodeSigningConfigArn: await signing(call) }),
    prepare: (call) => newSigning(call, "c"),
    async add(call, FunctionName) {
      const CodeSigningConfigArn = await signing(call);
      await call("CreateFunction", { ...functionNamed(FunctionName), CodeSigningConfigArn });
    },
    remove: (call, FunctionName) => call("DeleteFunction", { FunctionName }),
    nameOf: (functionArn: string) => functionArn.split(":").at(-1),
  },
];
