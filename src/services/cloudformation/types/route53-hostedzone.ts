import { listChanges, listOf, retag } from "../mapping/changes.ts";
import { callsOf, found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { tagsOf } from "../property.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

const call = callsOf("route53");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-route53-hostedzone.html */
export default defineType({
  type: "AWS::Route53::HostedZone",
  replacedBy: ["Name"],
  required: ["Name"],
  isTagged: true,
  async create(properties, at) {
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
    const tags = tagsOf(tagged(properties), at.stackTags);
    if (Object.keys(tags).length > 0) await changeTags(id, { AddTags: tags }, at);
    return made;
  },
  async update({ id, properties: before, attributes }, properties, at) {
    const { Comment } = (properties["HostedZoneConfig"] ?? {}) as Properties;
    await call(at, "UpdateHostedZoneComment", { Id: id, Comment });
    const { added, removed } = listChanges(listOf(before, "VPCs"), listOf(properties, "VPCs"));
    for (const VPC of added) await call(at, "AssociateVPCWithHostedZone", { HostedZoneId: id, VPC });
    for (const VPC of removed) await call(at, "DisassociateVPCFromHostedZone", { HostedZoneId: id, VPC });
    await retag(tagged(before), tagged(properties), at, {
      untag: (RemoveTagKeys) => changeTags(id, { RemoveTagKeys }, at),
      tag: (AddTags) => changeTags(id, { AddTags }, at),
    });
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
    return shown(properties, {
      Name: sameName ? properties["Name"] : Name,
      ...(Comment !== undefined && { HostedZoneConfig: { Comment } }),
      ...(output["VPCs"] !== undefined && { VPCs: output["VPCs"] }),
      HostedZoneTags: properties["HostedZoneTags"],
    });
  },
});

const attributesOf = (id: string, { DelegationSet }: Properties): Properties => {
  const { NameServers = [] } = (DelegationSet ?? {}) as { NameServers?: readonly string[] };
  return { Id: id, NameServers };
};

const tagged = ({ HostedZoneTags: Tags }: Values): Values => (Tags === undefined ? {} : { Tags });

const changeTags = (ResourceId: string, change: object, at: ResourceContext) =>
  call(at, "ChangeTagsForResource", { ResourceType: "hostedzone", ResourceId, ...change });
