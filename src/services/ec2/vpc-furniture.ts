import type { Context } from "../../core/service.ts";
import { save } from "./kind.ts";
import { type NetworkAclRecord, networkAcls } from "./network-acl.ts";
import { localRoute, type RouteTableRecord, routeTables } from "./route-table.ts";
import { type SecurityGroupRecord, securityGroups } from "./security-group.ts";
import { saveRules } from "./security-group-rule.ts";
import type { VpcRecord } from "./vpc.ts";

/** What every VPC comes with: its main route table, its default network ACL and its default security group. */
export function furnish(
  vpc: VpcRecord,
  ctx: Context,
  idOf: (prefix: string, ...of: string[]) => string,
): { table: RouteTableRecord; acl: NetworkAclRecord; group: SecurityGroupRecord } {
  const table = save(
    routeTables,
    {
      id: idOf("rtb"),
      tags: {},
      vpcId: vpc.id,
      routes: vpc.blocks.map(({ cidr }) => localRoute(cidr)),
      associations: [{ id: idOf("rtbassoc"), isMain: true }],
    },
    ctx,
  );
  const acl = save(
    networkAcls,
    { id: idOf("acl"), tags: {}, vpcId: vpc.id, isDefault: true, entries: ALLOW_ALL, subnets: {} },
    ctx,
  );
  const group = save(
    securityGroups,
    { id: idOf("sg"), tags: {}, vpcId: vpc.id, name: "default", description: "default VPC security group" },
    ctx,
  );
  const all = { groupId: group.id, tags: {}, IpProtocol: "-1", FromPort: -1, ToPort: -1 };
  saveRules(
    [
      {
        ...all,
        id: idOf("sgr", "ingress"),
        IsEgress: false,
        ReferencedGroupInfo: { GroupId: group.id, UserId: ctx.account },
      },
      { ...all, id: idOf("sgr", "egress"), IsEgress: true, CidrIpv4: "0.0.0.0/0" },
    ],
    ctx,
  );
  return { table, acl, group };
}

const ALLOW_ALL: NetworkAclRecord["entries"] = [true, false].map((Egress) => ({
  CidrBlock: "0.0.0.0/0",
  Egress,
  Protocol: "-1",
  RuleAction: "allow",
  RuleNumber: 100,
}));
