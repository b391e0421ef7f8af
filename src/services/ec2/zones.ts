import { isOptIn, regionNames, type Zone, zonesOf } from "../../aws/regions.ts";
import type { Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { noSuchRegion, noSuchZone } from "./errors.ts";
import { type FilterPaths, filtering } from "./filters.ts";

const ZONE_FILTERS: FilterPaths<EC2.AvailabilityZone> = {
  "group-name": "GroupName",
  "group-long-name": "GroupLongName",
  message: "Messages.Message",
  "opt-in-status": "OptInStatus",
  "parent-zone-id": "ParentZoneId",
  "parent-zone-name": "ParentZoneName",
  "region-name": "RegionName",
  state: "State",
  "zone-id": "ZoneId",
  "zone-name": "ZoneName",
  "zone-type": "ZoneType",
};

const REGION_FILTERS: FilterPaths<EC2.Region> = {
  endpoint: "Endpoint",
  "opt-in-status": "OptInStatus",
  "region-name": "RegionName",
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html and its neighbour */
export const zones: Handlers<EC2.Operations> = {
  DescribeAvailabilityZones({ ZoneNames = [], ZoneIds = [], Filters }, { region }) {
    const there = zonesOf(region);
    const unknown = [
      ...ZoneNames.filter((name) => !there.some((zone) => zone.name === name)),
      ...ZoneIds.filter((id) => !there.some((zone) => zone.id === id)),
    ];
    if (unknown.length > 0) throw noSuchZone(unknown.join(", "));
    const isNamed = ({ name, id }: Zone) => ZoneNames.includes(name) || ZoneIds.includes(id);
    const named = ZoneNames.length + ZoneIds.length === 0 ? there : there.filter(isNamed);
    return {
      AvailabilityZones: named
        .map((zone) => describeZone(zone, region))
        .filter(filtering(Filters, ZONE_FILTERS)),
    };
  },

  DescribeRegions({ RegionNames = [], AllRegions, Filters }, { region }) {
    const there = regionNames.includes(region) ? regionNames : [...regionNames, region];
    const unknown = RegionNames.find((name) => !there.includes(name));
    if (unknown !== undefined) throw noSuchRegion(unknown);
    const isAsked = (name: string) =>
      RegionNames.length > 0 ? RegionNames.includes(name) : AllRegions || !isOptIn(name) || name === region;
    return {
      Regions: there.filter(isAsked).map(describeRegion).filter(filtering(Filters, REGION_FILTERS)),
    };
  },
};

const describeZone = ({ name, id, groupLongName }: Zone, region: string): EC2.AvailabilityZone => ({
  OptInStatus: "opt-in-not-required",
  Messages: [],
  RegionName: region,
  ZoneName: name,
  ZoneId: id,
  GroupName: `${region}-zg-1`,
  GroupLongName: groupLongName,
  NetworkBorderGroup: region,
  ZoneType: "availability-zone",
  State: "available",
});

/** A Region that has to be opted in is not: nobody has done so. */
const describeRegion = (name: string): EC2.Region => ({
  OptInStatus: isOptIn(name) ? "not-opted-in" : "opt-in-not-required",
  RegionName: name,
  Endpoint: `ec2.${name}.amazonaws.com`,
});
