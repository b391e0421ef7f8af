/** Where a region lies: latitude and longitude in degrees, and the codes that geolocation records go by. */
interface Spot {
  readonly at: readonly [latitude: number, longitude: number];
  readonly country: string;
  readonly continent: string;
  /** A state of the United States. */
  readonly subdivision?: string;
}

const spot = (
  latitude: number,
  longitude: number,
  continent: string,
  country: string,
  subdivision?: string,
): Spot => ({
  at: [latitude, longitude],
  country,
  continent,
  ...(subdivision !== undefined && { subdivision }),
});

/** https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html */
const SPOTS: Readonly<Record<string, Spot>> = {
  "us-east-1": spot(38.9, -77.4, "NA", "US", "VA"),
  "us-east-2": spot(40.0, -83.0, "NA", "US", "OH"),
  "us-west-1": spot(37.4, -121.9, "NA", "US", "CA"),
  "us-west-2": spot(45.8, -119.7, "NA", "US", "OR"),
  "us-gov-east-1": spot(40.0, -83.0, "NA", "US", "OH"),
  "us-gov-west-1": spot(45.8, -119.7, "NA", "US", "OR"),
  "ca-central-1": spot(45.5, -73.6, "NA", "CA"),
  "ca-west-1": spot(51.0, -114.1, "NA", "CA"),
  "mx-central-1": spot(20.6, -100.4, "NA", "MX"),
  "sa-east-1": spot(-23.5, -46.6, "SA", "BR"),
  "eu-west-1": spot(53.3, -6.3, "EU", "IE"),
  "eu-west-2": spot(51.5, -0.1, "EU", "GB"),
  "eu-west-3": spot(48.9, 2.4, "EU", "FR"),
  "eu-central-1": spot(50.1, 8.7, "EU", "DE"),
  "eu-central-2": spot(47.4, 8.5, "EU", "CH"),
  "eu-north-1": spot(59.3, 18.1, "EU", "SE"),
  "eu-south-1": spot(45.5, 9.2, "EU", "IT"),
  "eu-south-2": spot(41.6, -0.9, "EU", "ES"),
  "af-south-1": spot(-33.9, 18.4, "AF", "ZA"),
  "me-south-1": spot(26.2, 50.6, "AS", "BH"),
  "me-central-1": spot(24.5, 54.4, "AS", "AE"),
  "il-central-1": spot(32.1, 34.8, "AS", "IL"),
  "ap-south-1": spot(19.1, 72.9, "AS", "IN"),
  "ap-south-2": spot(17.4, 78.5, "AS", "IN"),
  "ap-east-1": spot(22.3, 114.2, "AS", "HK"),
  "ap-east-2": spot(25.0, 121.6, "AS", "TW"),
  "ap-southeast-1": spot(1.4, 103.8, "AS", "SG"),
  "ap-southeast-2": spot(-33.9, 151.2, "OC", "AU"),
  "ap-southeast-3": spot(-6.2, 106.8, "AS", "ID"),
  "ap-southeast-4": spot(-37.8, 145.0, "OC", "AU"),
  "ap-southeast-5": spot(3.1, 101.7, "AS", "MY"),
  "ap-southeast-6": spot(-36.8, 174.8, "OC", "NZ"),
  "ap-southeast-7": spot(13.8, 100.5, "AS", "TH"),
  "ap-northeast-1": spot(35.7, 139.7, "AS", "JP"),
  "ap-northeast-2": spot(37.6, 127.0, "AS", "KR"),
  "ap-northeast-3": spot(34.7, 135.5, "AS", "JP"),
  "cn-north-1": spot(39.9, 116.4, "AS", "CN"),
  "cn-northwest-1": spot(37.5, 105.2, "AS", "CN"),
};

const EARTH_KM = 6371;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

type Position = Spot["at"];

/** Along a great circle, in kilometres. */
function distanceKm([aLatitude, aLongitude]: Position, [bLatitude, bLongitude]: Position): number {
  const [a, b] = [radians(aLatitude), radians(bLatitude)];
  const across = radians(bLongitude - aLongitude);
  const half = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(across / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(half));
}

/** Whoever asks for names, seen from the region that he is in. Latency is distance here: nearer is faster. */
export class Viewer {
  readonly region: string;
  readonly #spot: Spot | undefined;

  constructor(region: string) {
    this.region = region;
    this.#spot = SPOTS[region];
  }

  get country(): string | undefined {
    return this.#spot?.country;
  }

  get continent(): string | undefined {
    return this.#spot?.continent;
  }

  get subdivision(): string | undefined {
    return this.#spot?.subdivision;
  }

  /** How far away a region is, in kilometres; one that is not known is farthest. */
  kmTo(region: string): number {
    if (region === this.region) return 0;
    const there = SPOTS[region];
    return there ? this.kmToPosition(there.at) : Number.POSITIVE_INFINITY;
  }

  kmToPosition(at: Position): number {
    return this.#spot ? distanceKm(this.#spot.at, at) : Number.POSITIVE_INFINITY;
  }
}
