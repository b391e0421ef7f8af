import { makeArn } from "../../../core/arn.ts";
import { isSame, retag } from "../mapping/changes.ts";
import { callsOf, type Properties, withTags } from "../mapping/mapped.ts";
import { settling } from "../mapping/settling.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("dsql");
const { described, settled, remove } = settling({
  service: "dsql",
  name: "Cluster",
  describe: "GetCluster",
  delete: "DeleteCluster",
  state: "status",
  inWork: /^(?:CREATING|UPDATING)$/,
  // One of several Regions waits for those that it is to be linked with, which its template may know only once it is made.
  isMade: /^(?:ACTIVE|IDLE|INACTIVE|PENDING_SETUP)$/,
  hasFailed: /^FAILED$/,
  keyOf: (identifier) => ({ identifier }),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dsql-cluster.html */
export default defineType({
  type: "AWS::DSQL::Cluster",
  replacedBy: [],
  isTagged: true,
  async create(properties, at) {
    const { identifier } = await call(at, "CreateCluster", withTags(inputOf(properties), at));
    const id = String(identifier);
    at.made({ id });
    await settled(id, at);
    return { id, attributes: await attributesOf(id, at) };
  },
  async update({ id, properties: before }, properties, at) {
    const settings = ({ Tags: _, ...others }: Properties) => others;
    if (!isSame(settings(before), settings(properties))) {
      await call(at, "UpdateCluster", { ...inputOf(properties), identifier: id });
      await settled(id, at);
    }
    const resourceArn = makeArn("dsql", at.region, at.account, `cluster/${id}`);
    await retag(before, properties, at, {
      untag: (tagKeys) => call(at, "UntagResource", { resourceArn, tagKeys }),
      tag: (tags) => call(at, "TagResource", { resourceArn, tags }),
    });
    return { id, attributes: await attributesOf(id, at) };
  },
  delete: ({ id }, at) => remove(id, at),
  attributes: (id, _properties, at) => attributesOf(id, at),
  async read({ id, properties }, at) {
    const cluster = await described(id, at);
    if (!cluster) return undefined;
    const { kmsKeyArn } = cluster["encryptionDetails"] as Properties;
    return shown(properties, { ...cluster, KmsEncryptionKey: kmsKeyArn });
  },
});

const inputOf = ({ PolicyDocument, ...others }: Properties): Properties => ({
  ...others,
  ...(PolicyDocument !== undefined && { policy: PolicyDocument }),
});

async function attributesOf(id: string, at: ResourceContext): Promise<Properties> {
  const cluster = (await described(id, at)) ?? {};
  const { serviceName } = await call(at, "GetVpcEndpointServiceName", { identifier: id });
  return {
    CreationTime: (cluster["creationTime"] as Date | undefined)?.toISOString(),
    Endpoint: cluster["endpoint"],
    Identifier: id,
    ResourceArn: cluster["arn"],
    Status: cluster["status"],
    VpcEndpointServiceName: serviceName,
  };
}
