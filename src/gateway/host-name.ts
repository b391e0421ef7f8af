import { BoundedMap } from "../core/bounded-map.ts";
import { planeAt } from "./data-planes.ts";
import { type ServiceHost, serviceHostOf } from "./service-host.ts";

/** All that a Host header says by itself. */
export interface HostName extends ServiceHost {
  /** The data plane that has such hosts. */
  readonly plane?: string;
  /** For S3 in virtual-host style: `bucket.s3.…`. */
  readonly bucket?: string;
  /** `my.bucket.localhost:4566`, the shortest name that resolves by itself: a bucket's, if the request is for S3. */
  readonly bareBucket?: string;
}

const BUCKET_HOST =
  /^(.+)\.s3(?!-control)(?:-accesspoint)?(?:-fips)?(?:\.dualstack)?(?:[.-][a-z0-9-]+)?\.(?:localhost|amazonaws)\b/i;

/** Names come from clients; nearly all of them use one. */
const MOST_NAMES = 1000;
const names = new BoundedMap<HostName>(MOST_NAMES);

/** What a host's name says, found out once. */
export function hostNamed(host: string): HostName {
  const known = names.get(host);
  if (known !== undefined) return known;
  const plane = planeAt(host);
  const bucket = BUCKET_HOST.exec(host)?.[1];
  const bareBucket = bareBucketOf(host);
  const name: HostName = {
    ...serviceHostOf(host),
    ...(plane !== undefined && { plane }),
    ...(bucket !== undefined && { bucket }),
    ...(bareBucket !== undefined && { bareBucket }),
  };
  names.set(host, name);
  return name;
}

function bareBucketOf(host: string): string | undefined {
  const name = /^(.+)\.localhost(?::\d+)?$/i.exec(host)?.[1];
  return name === undefined || /^s3(?:\.|$)/i.test(name) ? undefined : name;
}
