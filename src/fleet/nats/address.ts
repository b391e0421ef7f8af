/** Where a fleet's buckets are, and which of the fleets there it is. */
export interface NatsAddress {
  /** `nats://host:4222`, several with commas between them. */
  readonly servers: readonly string[];
  readonly user?: string;
  readonly password?: string;
  /** A file with credentials, as `nsc` makes it. */
  readonly credentials?: string;
  readonly fleet: string;
  /** On how many servers of a cluster each thing is kept. */
  readonly replicas: number;
}

const FLEET = /^[\w-]{1,64}$/;

/**
 * `nats://user:password@host:4222,host2:4222?fleet=checkout&creds=/run/squall.creds&replicas=3`
 * @throws Error that says what is wrong with it
 */
export function natsAddress(url: string): NatsAddress {
  const [place = "", query = ""] = url.replace(/^nats:\/\//, "").split("?", 2);
  const parameters = new URLSearchParams(query);
  const at = place.lastIndexOf("@");
  const [user = "", ...password] = at < 0 ? [] : place.slice(0, at).split(":");
  const fleet = parameters.get("fleet") ?? "default";
  const credentials = parameters.get("creds");
  const replicas = Number(parameters.get("replicas") ?? 1);
  const unknown = [...parameters.keys()].find((name) => !["fleet", "creds", "replicas"].includes(name));
  if (unknown !== undefined)
    throw new Error(`A fleet's URL at NATS has fleet, creds and replicas, not "${unknown}".`);
  if (!FLEET.test(fleet))
    throw new Error(`A fleet's name at NATS has 1 to 64 letters, digits and _ -, not "${fleet}".`);
  if (![1, 3, 5].includes(replicas))
    throw new Error(`replicas is 1, 3 or 5, not "${parameters.get("replicas")}".`);
  return {
    servers: place.slice(at + 1).split(","),
    ...(user !== "" && { user: decodeURIComponent(user), password: decodeURIComponent(password.join(":")) }),
    ...(credentials !== null && { credentials }),
    fleet,
    replicas,
  };
}
