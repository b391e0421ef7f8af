/** AWS's Regions: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html */
interface Region {
  /** "US East (N. Virginia)" */
  readonly longName: string;
  readonly optIn?: true;
  /** Letters of its zones. Default: a, b and c. */
  readonly zones?: string;
}

const REGIONS: Readonly<Record<string, Region>> = {
  "us-east-1": { longName: "US East (N. Virginia)", zones: "abcdef" },
  "us-east-2": { longName: "US East (Ohio)" },
  "us-west-1": { longName: "US West (N. California)", zones: "ab" },
  "us-west-2": { longName: "US West (Oregon)", zones: "abcd" },
  "af-south-1": { longName: "Africa (Cape Town)", optIn: true },
  "ap-east-1": { longName: "Asia Pacific (Hong Kong)", optIn: true },
  "ap-northeast-1": { longName: "Asia Pacific (Tokyo)", zones: "acd" },
  "ap-northeast-2": { longName: "Asia Pacific (Seoul)", zones: "abcd" },
  "ap-northeast-3": { longName: "Asia Pacific (Osaka)" },
  "ap-south-1": { longName: "Asia Pacific (Mumbai)" },
  "ap-south-2": { longName: "Asia Pacific (Hyderabad)", optIn: true },
  "ap-southeast-1": { longName: "Asia Pacific (Singapore)" },
  "ap-southeast-2": { longName: "Asia Pacific (Sydney)" },
  "ap-southeast-3": { longName: "Asia Pacific (Jakarta)", optIn: true },
  "ap-southeast-4": { longName: "Asia Pacific (Melbourne)", optIn: true },
  "ca-central-1": { longName: "Canada (Central)", zones: "abd" },
  "ca-west-1": { longName: "Canada West (Calgary)", optIn: true },
  "eu-central-1": { longName: "Europe (Frankfurt)" },
  "eu-central-2": { longName: "Europe (Zurich)", optIn: true },
  "eu-north-1": { longName: "Europe (Stockholm)" },
  "eu-south-1": { longName: "Europe (Milan)", optIn: true },
  "eu-south-2": { longName: "Europe (Spain)", optIn: true },
  "eu-west-1": { longName: "Europe (Ireland)" },
  "eu-west-2": { longName: "Europe (London)" },
  "eu-west-3": { longName: "Europe (Paris)" },
  "il-central-1": { longName: "Israel (Tel Aviv)", optIn: true },
  "me-central-1": { longName: "Middle East (UAE)", optIn: true },
  "me-south-1": { longName: "Middle East (Bahrain)", optIn: true },
  "mx-central-1": { longName: "Mexico (Central)", optIn: true },
  "sa-east-1": { longName: "South America (Sao Paulo)" },
};

export const regionNames: readonly string[] = Object.keys(REGIONS);

/** "US East (N. Virginia)"; a Region that AWS does not have is called what it is. */
export const longNameOf = (region: string): string => REGIONS[region]?.longName ?? region;

export const isOptIn = (region: string): boolean => REGIONS[region]?.optIn === true;

/** An Availability Zone. The zones of all accounts are numbered alike: `us-east-1a` is `use1-az1`. */
export interface Zone {
  /** `us-east-1a` */
  readonly name: string;
  /** `use1-az1` */
  readonly id: string;
  /** "US East (N. Virginia) 1" */
  readonly groupLongName: string;
}

/** The zones of a Region; one that AWS does not have has three. */
export function zonesOf(region: string): readonly Zone[] {
  const { zones = "abc" }: Partial<Region> = REGIONS[region] ?? {};
  return [...zones].map((letter, at) => ({
    name: `${region}${letter}`,
    id: `${shortName(region)}-az${at + 1}`,
    groupLongName: `${longNameOf(region)} 1`,
  }));
}

/** The names of three zones of a Region, or of the two that it has: what is spread over zones goes to these. */
export const threeZonesOf = (region: string): readonly string[] =>
  zonesOf(region)
    .slice(0, 3)
    .map(({ name }) => name);

/** The zone of a name or id, in its Region. */
export const zoneOf = (region: string, text: string): Zone | undefined =>
  zonesOf(region).find(({ name, id }) => name === text || id === text);

const DIRECTIONS: Readonly<Record<string, string>> = {
  north: "n",
  south: "s",
  east: "e",
  west: "w",
  central: "c",
  northeast: "ne",
  northwest: "nw",
  southeast: "se",
  southwest: "sw",
  gov: "g",
};

/** `ap-southeast-2` → `apse2` */
function shortName(region: string): string {
  return region
    .split("-")
    .map((part) => DIRECTIONS[part] ?? part)
    .join("");
}
