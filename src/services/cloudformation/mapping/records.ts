import { AwsError } from "../../../core/aws-error.ts";
import type { Existing, ResourceContext } from "../resource-type.ts";
import { callsOf, found, type Properties } from "./mapped.ts";

/* Records of hosted zones, one by one or in a group: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-route53-recordset.html */

const call = callsOf("route53");

/** A record set as Route 53 has it. */
type RecordSet = Readonly<Record<string, unknown>> & { readonly Name: string; readonly Type: string };

/** Members that a template has for CloudFormation, or for the zone. */
const NOT_OF_A_RECORD = ["HostedZoneId", "HostedZoneName", "Comment"];

/** The id of the zone that properties name, which they do in one way. */
export async function zoneOf(
  { HostedZoneId, HostedZoneName }: Properties,
  at: ResourceContext,
): Promise<string> {
  if ((HostedZoneId === undefined) === (HostedZoneName === undefined))
    throw refused("Exactly one of HostedZoneId and HostedZoneName must be specified");
  if (HostedZoneId !== undefined) return String(HostedZoneId);
  const name = withDot(String(HostedZoneName));
  const { HostedZones } = await call(at, "ListHostedZonesByName", { DNSName: name });
  const zones = (HostedZones as readonly { Id: string; Name: string }[]).filter(({ Name }) => Name === name);
  const [zone] = zones;
  if (!zone) throw refused(`No hosted zones named ${name} found.`);
  if (zones.length > 1) throw refused(`Found multiple hosted zones named ${name}.`);
  return zone.Id;
}

const refused = (message: string): AwsError => new AwsError("InvalidRequest", message, { status: 400 });

const withDot = (name: string): string => (name.endsWith(".") ? name : `${name}.`);

/** Templates have the values of a record by themselves. An alias of which nothing is said about health has it not evaluated. */
export function recordSetOf(properties: Properties): RecordSet {
  const own = Object.entries(properties).filter(([name]) => !NOT_OF_A_RECORD.includes(name));
  const { ResourceRecords, AliasTarget, ...set } = Object.fromEntries(own);
  return {
    ...(set as unknown as RecordSet),
    ...(AliasTarget !== undefined && {
      AliasTarget: { EvaluateTargetHealth: false, ...(AliasTarget as object) },
    }),
    ...(ResourceRecords !== undefined && {
      ResourceRecords: (ResourceRecords as readonly unknown[]).map((Value) => ({ Value })),
    }),
  };
}

/** Makes record sets, has those that were there be others, and takes away those that are no more: all at once. */
export async function putRecords(
  zone: string,
  before: readonly RecordSet[],
  after: readonly RecordSet[],
  at: ResourceContext,
): Promise<void> {
  const kept = new Set(after.map(keyOf));
  const gone = before.filter((set) => !kept.has(keyOf(set)));
  const had = new Set(before.map(keyOf));
  const Changes = [
    ...(await standing(zone, gone, at)).map((ResourceRecordSet) => ({ Action: "DELETE", ResourceRecordSet })),
    ...after.map((ResourceRecordSet) => ({
      Action: had.has(keyOf(ResourceRecordSet)) ? "UPSERT" : "CREATE",
      ResourceRecordSet,
    })),
  ];
  if (Changes.length > 0)
    await call(at, "ChangeResourceRecordSets", { HostedZoneId: zone, ChangeBatch: { Changes } });
}

/** Takes record sets away; of a zone that is gone there are none. */
export async function dropRecords(
  { properties }: Existing,
  sets: readonly RecordSet[],
  at: ResourceContext,
): Promise<void> {
  const zone = await found(zoneOf(properties, at), /^No hosted zones named/);
  if (zone !== undefined) await putRecords(zone, sets, [], at);
}

/** Those of some record sets that are there, as they are there: a zone deletes by all that a record is. */
export async function standing(
  zone: string,
  sets: readonly RecordSet[],
  at: ResourceContext,
): Promise<RecordSet[]> {
  const there: RecordSet[] = [];
  for (const set of sets) {
    const output = await found(
      call(at, "ListResourceRecordSets", {
        HostedZoneId: zone,
        StartRecordName: set.Name,
        StartRecordType: set.Type,
        ...(set["SetIdentifier"] !== undefined && { StartRecordIdentifier: set["SetIdentifier"] }),
        MaxItems: "1",
      }),
    );
    const [first] = (output?.["ResourceRecordSets"] ?? []) as RecordSet[];
    if (first && keyOf(first) === keyOf(set)) there.push(first);
  }
  return there;
}

/** Names are kept in lower case, with a dot at the end and `*` escaped. */
const keyOf = ({ Name, Type, SetIdentifier = "" }: RecordSet): string =>
  JSON.stringify([withDot(Name.toLowerCase()).replaceAll("*", "\\052"), Type, SetIdentifier]);

/** A record set that is there in the form that a template has it. */
export function asProperties(properties: Properties, set: RecordSet): Properties {
  const { ResourceRecords, Name, AliasTarget, ...rest } = set;
  const values = (ResourceRecords as readonly { Value: string }[] | undefined)?.map(({ Value }) => Value);
  return {
    ...rest,
    // What differs in nothing but its dot or its letters is the same name.
    Name: keyOf(set) === keyOf({ ...set, Name: String(properties["Name"]) }) ? properties["Name"] : Name,
    ...(values && { ResourceRecords: values }),
    ...(AliasTarget !== undefined && {
      AliasTarget: sameAlias(properties["AliasTarget"], AliasTarget as Properties),
    }),
  };
}

function sameAlias(wanted: unknown, actual: Properties): Properties {
  const given = (wanted ?? {}) as Properties;
  const isSame =
    withDot(String(given["DNSName"]).toLowerCase()) === actual["DNSName"] &&
    String(given["HostedZoneId"]).replace("/hostedzone/", "") === actual["HostedZoneId"];
  return isSame ? { ...actual, DNSName: given["DNSName"], HostedZoneId: given["HostedZoneId"] } : actual;
}
