import { AwsError } from "../../../core/aws-error.ts";
import { listChanges, listOf } from "../mapping/changes.ts";
import { found, gone, type Properties } from "../mapping/mapped.ts";
import { call, retagById, type Tagged, tag, tagsThere } from "../mapping/route53.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

const KIND: Tagged = { ResourceType: "hostedzone", property: "HostedZoneTags" };

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-route53-hostedzone.html */
export default defineType({
  type: "AWS::Route53::HostedZone",
  replacedBy: ["Name"],
  required: ["Name"],
  isTagged: true,
  async create(properties, at) {
    refuseOthers(properties);
    const [VPC, ...others] = listOf(properties, "VPCs");
    const output = await call(at, "CreateHostedZone", {
      ...properties,
      CallerReference: at.name(64),
      VPC,
    });
    const { Id } = output["HostedZone"] as { Id: string };
    const id = Id.replace("/hostedzone/", "");
    const made = { id, attributes: attributesOf(id, output) };
    at.made(made);
    for (const other of others)
      await call(at, "AssociateVPCWithHostedZone", { HostedZoneId: id, VPC: other });
    await tag(KIND, id, properties, at);
    return made;
  },
  async update({ id, properties: before, attributes }, properties, at) {
    refuseOthers(properties);
    const { Comment } = (properties["HostedZoneConfig"] ?? {}) as Properties;
    await call(at, "UpdateHostedZoneComment", { Id: id, Comment });
    const { added, removed } = listChanges(listOf(before, "VPCs"), listOf(properties, "VPCs"));
    for (const VPC of added) await call(at, "AssociateVPCWithHostedZone", { HostedZoneId: id, VPC });
    for (const VPC of removed) await call(at, "DisassociateVPCFromHostedZone", { HostedZoneId: id, VPC });
    await retagById(KIND, id, [before, properties], at);
    return { id, attributes };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteHostedZone", { Id: id })),
  attributes: async (id, _properties, at) => attributesOf(id, await call(at, "GetHostedZone", { Id: id })),
  async read({ id, properties }, at) {
    const output = await found(call(at, "GetHostedZone", { Id: id }));
    if (!output) return undefined;
    const { Name, Config } = output["HostedZone"] as { Name: string; Config: Properties };
    const { Comment } = Config;
    const sameName = `${String(properties["Name"]).toLowerCase()}.`.replace(/\.\.$/, ".") === Name;
    const described = {
      Name: sameName ? properties["Name"] : Name,
      ...(Comment !== undefined && { HostedZoneConfig: { Comment } }),
      ...(output["VPCs"] !== undefined && { VPCs: output["VPCs"] }),
      ...(await tagsThere(KIND, id, at)),
    };
    return shown(properties, described, KIND.property);
  },
});

/** Query logs are not served, as Route 53's own operations say. @throws NotImplemented */
function refuseOthers({ QueryLoggingConfig }: Properties): void {
  if (QueryLoggingConfig === undefined) return;
  throw new AwsError("NotImplemented", "Squall does not implement a hosted zone's QueryLoggingConfig yet.", {
    status: 501,
  });
}

const attributesOf = (id: string, { DelegationSet }: Properties): Properties => {
  const { NameServers = [] } = (DelegationSet ?? {}) as { NameServers?: readonly string[] };
  return { Id: id, NameServers };
};
