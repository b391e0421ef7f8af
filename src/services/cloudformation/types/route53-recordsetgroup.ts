import { found, type Properties } from "../mapping/mapped.ts";
import { asProperties, dropRecords, putRecords, recordSetOf, standing, zoneOf } from "../mapping/records.ts";
import { shown } from "../mapping/shown.ts";
import { list } from "../property.ts";
import { defineType } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

const membersOf = (properties: Values) => list(properties, "RecordSets") as Properties[];
const setsOf = (properties: Values) => membersOf(properties).map(recordSetOf);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-route53-recordsetgroup.html */
export default defineType({
  type: "AWS::Route53::RecordSetGroup",
  replacedBy: ["HostedZoneId", "HostedZoneName"],
  async create(properties, at) {
    await putRecords(await zoneOf(properties, at), [], setsOf(properties), at);
    return { id: at.name() };
  },
  async update({ id, properties: before }, properties, at) {
    await putRecords(await zoneOf(properties, at), setsOf(before), setsOf(properties), at);
    return { id };
  },
  delete: (existing, at) => dropRecords(existing, setsOf(existing.properties), at),
  async read({ properties }, at) {
    const zone = await found(zoneOf(properties, at), /^No hosted zones named/);
    const RecordSets: Properties[] = [];
    for (const member of zone === undefined ? [] : membersOf(properties)) {
      const [set] = await standing(zone as string, [recordSetOf(member)], at);
      if (set) RecordSets.push(asProperties(member, set));
    }
    return shown(properties, RecordSets.length > 0 ? { RecordSets } : undefined);
  },
});
