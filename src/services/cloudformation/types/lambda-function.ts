import { tagList } from "../../../aws/tags.ts";
import { isSame, listOf, retag } from "../mapping/changes.ts";
import { inlineArchive } from "../mapping/inline-code.ts";
import { callsOf, found, gone, type Properties, withName, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";

import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("lambda");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html */
export default defineType({
  type: "AWS::Lambda::Function",
  replacedBy: ["FunctionName", "PackageType", "TenancyConfig"],
  required: ["Code", "Role"],
  isTagged: true,
  async create(properties, at) {
    const all = withTags(withName(properties, ["FunctionName", 64], at), at);
    const made = await call(at, "CreateFunction", { ...all, Code: await codeOf(all) });
    const id = String(all["FunctionName"]);
    at.made({ id });
    await isActive(id, at);
    await change(id, {}, properties, at);
    return { id, attributes: { Arn: made["FunctionArn"] } };
  },
  attributes: async (id, _properties, { partition, region, account }) => ({
    Arn: `arn:${partition}:lambda:${region}:${account}:function:${id}`,
  }),
  async update({ id, properties: before }, properties, at) {
    const FunctionName = id;
    if (
      !isSame([before["Code"], before["Architectures"]], [properties["Code"], properties["Architectures"]])
    ) {
      await call(at, "UpdateFunctionCode", {
        ...(await codeOf(properties)),
        Architectures: properties["Architectures"] ?? ["x86_64"],
        FunctionName,
      });
      await isActive(id, at);
    }
    const made = await call(at, "UpdateFunctionConfiguration", {
      ...DEFAULTS,
      ...emptied(before, properties),
      ...properties,
      FunctionName,
    });
    await isActive(id, at);
    const Resource = made["FunctionArn"];
    await retag(before, properties, at, {
      untag: (TagKeys) => call(at, "UntagResource", { Resource, TagKeys }),
      tag: (tags) => call(at, "TagResource", { Resource, Tags: tags }),
    });
    await change(id, before, properties, at);
    return { id, attributes: { Arn: made["FunctionArn"] } };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteFunction", { FunctionName: id })),
  async read({ id, properties }, at) {
    const output = await found(call(at, "GetFunction", { FunctionName: id }));
    if (!output) return undefined;
    const { Configuration, Concurrency, Tags } = output as Record<string, Properties | undefined>;
    return shown(properties, {
      ...Configuration,
      ...Concurrency,
      Tags: tagList((Tags ?? {}) as Record<string, string>),
      Layers: listOf<Properties>(Configuration ?? {}, "Layers").map(({ Arn }) => Arn),
    });
  },
});

/** What a property that is no longer there goes back to. */
const DEFAULTS: Properties = {
  Description: "",
  MemorySize: 128,
  Timeout: 3,
  TracingConfig: { Mode: "PassThrough" },
  EphemeralStorage: { Size: 512 },
};

/** Properties that were there and are not: the service knows no absence, only emptiness. */
function emptied(before: Properties, properties: Properties): Properties {
  const empty: Properties = {
    Environment: { Variables: {} },
    Layers: [],
    DeadLetterConfig: { TargetArn: "" },
    FileSystemConfigs: [],
    VpcConfig: { SubnetIds: [], SecurityGroupIds: [] },
    KmsKeyArn: "",
    SnapStart: { ApplyOn: "None" },
  };
  const lost = Object.entries(empty).filter(
    ([name]) => before[name] !== undefined && properties[name] === undefined,
  );
  return Object.fromEntries(lost);
}

async function codeOf(properties: Properties): Promise<Properties> {
  const code = properties["Code"] as Properties;
  if (typeof code["ZipFile"] !== "string") return code;
  return { ...code, ZipFile: await inlineArchive(code["ZipFile"], String(properties["Runtime"])) };
}

/** Settings that have operations of their own. */
async function change(
  FunctionName: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  const differs = (name: string) => !isSame(before[name], properties[name]);
  const concurrency = properties["ReservedConcurrentExecutions"];
  if (differs("ReservedConcurrentExecutions")) {
    if (concurrency === undefined) await call(at, "DeleteFunctionConcurrency", { FunctionName });
    else {
      const input = { FunctionName, ReservedConcurrentExecutions: concurrency };
      await call(at, "PutFunctionConcurrency", input);
    }
  }
  const signing = properties["CodeSigningConfigArn"];
  if (before["CodeSigningConfigArn"] !== undefined && signing === undefined) {
    await call(at, "DeleteFunctionCodeSigningConfig", { FunctionName });
  } else if (before["CodeSigningConfigArn"] !== undefined && differs("CodeSigningConfigArn")) {
    await call(at, "PutFunctionCodeSigningConfig", { FunctionName, CodeSigningConfigArn: signing });
  }
  const runtime = properties["RuntimeManagementConfig"] as Properties | undefined;
  if (runtime && differs("RuntimeManagementConfig")) {
    await call(at, "PutRuntimeManagementConfig", { FunctionName, ...runtime });
  }
  const recursive = properties["RecursiveLoop"];
  if (recursive !== undefined && differs("RecursiveLoop")) {
    await call(at, "PutFunctionRecursionConfig", { FunctionName, RecursiveLoop: recursive });
  }
}

/** A function is in use only once it is active and its last update is through. */
async function isActive(FunctionName: string, at: ResourceContext): Promise<void> {
  await at.until(async () => {
    const { State, LastUpdateStatus } = await call(at, "GetFunctionConfiguration", { FunctionName });
    return State !== "Pending" && LastUpdateStatus !== "InProgress";
  });
}
