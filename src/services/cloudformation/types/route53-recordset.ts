import { found } from "../mapping/mapped.ts";
import { asProperties, dropRecords, putRecords, recordSetOf, standing, zoneOf } from "../mapping/records.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-route53-recordset.html */
export default defineType({
  type: "AWS::Route53::RecordSet",
  replacedBy: ["HostedZoneId", "HostedZoneName", "Name"],
  required: ["Name", "Type"],
  async create(properties, at) {
    await putRecords(await zoneOf(properties, at), [], [recordSetOf(properties)], at);
    return { id: String(properties["Name"]) };
  },
  async update({ id, properties: before }, properties, at) {
    const zone = await zoneOf(properties, at);
    await putRecords(zone, [recordSetOf(before)], [recordSetOf(properties)], at);
    return { id };
  },
  delete: (existing, at) => dropRecords(existing, [recordSetOf(existing.properties)], at),
  async read({ properties }, at) {
    const zone = await found(zoneOf(properties, at), /^No hosted zones named/);
    const [set] = zone === undefined ? [] : await standing(zone, [recordSetOf(properties)], at);
    return shown(properties, set && asProperties(properties, set));
  },
});
