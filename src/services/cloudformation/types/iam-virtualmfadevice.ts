import { listChanges, listOf, retag } from "../mapping/changes.ts";
import { call } from "../mapping/iam-principal.ts";
import { found, gone, type Properties, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-virtualmfadevice.html */
export default defineType({
  type: "AWS::IAM::VirtualMFADevice",
  replacedBy: ["Path", "VirtualMfaDeviceName"],
  required: ["Users"],
  isTagged: true,
  async create(properties, at) {
    const VirtualMFADeviceName = properties["VirtualMfaDeviceName"] ?? at.name(226);
    const input = withTags({ ...properties, VirtualMFADeviceName }, at);
    const { VirtualMFADevice } = await call(at, "CreateVirtualMFADevice", input);
    const { SerialNumber } = VirtualMFADevice as Properties;
    const id = String(SerialNumber);
    at.made({ id, attributes: { SerialNumber } });
    await changeUsers(id, {}, properties, at);
    return { id, attributes: { SerialNumber } };
  },
  async update({ id, properties: before }, properties, at) {
    await changeUsers(id, before, properties, at);
    await retag(before, properties, at, {
      untag: (TagKeys) => call(at, "UntagMFADevice", { SerialNumber: id, TagKeys }),
      tag: (Tags) => call(at, "TagMFADevice", { SerialNumber: id, Tags }),
    });
    return { id, attributes: { SerialNumber: id } };
  },
  async delete({ id, properties }, at) {
    await changeUsers(id, properties, {}, at);
    await gone(call(at, "DeleteVirtualMFADevice", { SerialNumber: id }));
  },
  attributes: async (id) => ({ SerialNumber: id }),
  async read({ id, properties }, at) {
    const device = await found(call(at, "GetMFADevice", { SerialNumber: id }));
    const user = device?.["UserName"];
    return shown(properties, device && { ...device, Users: user === undefined ? [] : [user] });
  },
});

/** A device is one user's at a time: the old one gives it back first. IAM here looks at no code, but that the two differ. */
async function changeUsers(
  SerialNumber: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  const { added, removed } = listChanges(listOf(before, "Users"), listOf(properties, "Users"));
  for (const UserName of removed) await gone(call(at, "DeactivateMFADevice", { SerialNumber, UserName }));
  const codes = { AuthenticationCode1: "000000", AuthenticationCode2: "000001" };
  for (const UserName of added) await call(at, "EnableMFADevice", { SerialNumber, UserName, ...codes });
}
