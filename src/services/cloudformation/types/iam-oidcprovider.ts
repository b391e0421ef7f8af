import { isSame, listChanges, listOf, retag } from "../mapping/changes.ts";
import { call } from "../mapping/iam-principal.ts";
import { found, gone, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-oidcprovider.html */
export default defineType({
  type: "AWS::IAM::OIDCProvider",
  replacedBy: ["Url"],
  isTagged: true,
  async create(properties, at) {
    const made = await call(at, "CreateOpenIDConnectProvider", {
      ...withTags(properties, at),
      ClientIDList: properties["ClientIdList"],
    });
    const id = String(made["OpenIDConnectProviderArn"]);
    return { id, attributes: { Arn: id } };
  },
  async update({ id, properties: before }, properties, at) {
    const key = { OpenIDConnectProviderArn: id };
    const clients = listChanges(listOf(before, "ClientIdList"), listOf(properties, "ClientIdList"));
    for (const ClientID of clients.added)
      await call(at, "AddClientIDToOpenIDConnectProvider", { ...key, ClientID });
    for (const ClientID of clients.removed) {
      await call(at, "RemoveClientIDFromOpenIDConnectProvider", { ...key, ClientID });
    }
    const { ThumbprintList } = properties;
    if (!isSame(before["ThumbprintList"], ThumbprintList)) {
      await call(at, "UpdateOpenIDConnectProviderThumbprint", {
        ...key,
        ThumbprintList: ThumbprintList ?? [],
      });
    }
    await retag(before, properties, at, {
      untag: (TagKeys) => call(at, "UntagOpenIDConnectProvider", { ...key, TagKeys }),
      tag: (tags) => call(at, "TagOpenIDConnectProvider", { ...key, Tags: tags }),
    });
    return { id, attributes: { Arn: id } };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteOpenIDConnectProvider", { OpenIDConnectProviderArn: id })),
  async read({ id, properties }, at) {
    const output = await found(call(at, "GetOpenIDConnectProvider", { OpenIDConnectProviderArn: id }));
    return shown(properties, output && { ...output, Url: undefined });
  },
});
