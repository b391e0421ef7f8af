import { isSame } from "../mapping/changes.ts";
import { call, ec2Type } from "../mapping/ec2.ts";
import type { Properties } from "../mapping/mapped.ts";
import type { ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

/** Each of them is changed by a call of its own. */
async function settle(
  NetworkInterfaceId: string,
  before: Values,
  after: Values,
  at: ResourceContext,
): Promise<void> {
  const isNew = Object.keys(before).length === 0;
  const set = (attribute: Properties) =>
    call(at, "ModifyNetworkInterfaceAttribute", { NetworkInterfaceId, ...attribute });
  const { SourceDestCheck: Value, Description, GroupSet } = after;
  if (Value !== undefined && !isSame(before["SourceDestCheck"], Value))
    await set({ SourceDestCheck: { Value } });
  if (isNew) return;
  if (!isSame(before["Description"], Description)) await set({ Description: { Value: Description ?? "" } });
  if (GroupSet !== undefined && !isSame(before["GroupSet"], GroupSet)) await set({ Groups: GroupSet });
  const more = secondary(after) - secondary(before);
  if (more > 0)
    await call(at, "AssignPrivateIpAddresses", { NetworkInterfaceId, SecondaryPrivateIpAddressCount: more });
  if (more >= 0) return;
  const { NetworkInterfaces } = await call(at, "DescribeNetworkInterfaces", {
    NetworkInterfaceIds: [NetworkInterfaceId],
  });
  const [now] = NetworkInterfaces as Properties[];
  const PrivateIpAddresses = addressesOf(now ?? {}).slice(more);
  await call(at, "UnassignPrivateIpAddresses", { NetworkInterfaceId, PrivateIpAddresses });
}

const secondary = (properties: Values): number => Number(properties["SecondaryPrivateIpAddressCount"] ?? 0);

/** The secondary ones. */
const addressesOf = ({ PrivateIpAddresses }: Properties): unknown[] =>
  ((PrivateIpAddresses ?? []) as Properties[])
    .filter(({ Primary }) => !Primary)
    .map(({ PrivateIpAddress }) => PrivateIpAddress);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-networkinterface.html */
export default ec2Type({
  type: "AWS::EC2::NetworkInterface",
  replacedBy: ["InterfaceType", "PrivateIpAddress", "PrivateIpAddresses", "SubnetId"],
  required: ["SubnetId"],
  create: "CreateNetworkInterface",
  delete: "DeleteNetworkInterface",
  made: ["NetworkInterface", "NetworkInterfaceId"],
  described: ["DescribeNetworkInterfaces", "NetworkInterfaceIds", "NetworkInterfaces"],
  input: ({ GroupSet, ...others }) => ({ ...others, ...(GroupSet !== undefined && { Groups: GroupSet }) }),
  attributesOf: (eni) => ({
    Id: eni["NetworkInterfaceId"],
    PrimaryPrivateIpAddress: eni["PrivateIpAddress"],
    SecondaryPrivateIpAddresses: addressesOf(eni),
    VpcId: eni["VpcId"],
  }),
  asProperties: (eni) => ({
    GroupSet: (eni["Groups"] as Properties[]).map(({ GroupId }) => GroupId),
    SecondaryPrivateIpAddressCount: addressesOf(eni).length,
    PrivateIpAddresses: (eni["PrivateIpAddresses"] as Properties[]).map(({ PrivateIpAddress, Primary }) => ({
      PrivateIpAddress,
      Primary,
    })),
    Tags: eni["TagSet"],
  }),
  settle,
});
