import { isIP } from "node:net";

/** Whose a host name is. */
export type HostOwner =
  /** Ours: no page of another site can be under it. */
  | "own"
  /** A name without a dot, as containers and machines of one network have it. */
  | "neighbour"
  | "foreign";

export interface HostNames {
  /** The address that is listened on. */
  readonly listens: string;
  /** Names that were given (`--host-name`, LOCALSTACK_HOST); their subdomains are ours, too. */
  readonly given: readonly string[];
}

/**
 * Names that nobody else can serve a page under: loopback, LocalStack's public names for it, AWS's own domains (for who
 * points them here), and what Docker calls its host. An address is as good as a name: a page under it came from here.
 */
const OWN = [
  "localhost",
  "localhost.localstack.cloud",
  "host.docker.internal",
  "amazonaws.com",
  "amazonaws.com.cn",
  "api.aws",
  "on.aws",
  // SDKs put `sync-` before the name of whatever endpoint Step Functions has (StartSyncExecution).
  "sync-localhost",
  "sync-localhost.localstack.cloud",
];

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;

/** Can only this machine reach what listens there? */
export const isLoopback = (address: string): boolean => LOOPBACK.test(address);

/**
 * Which host names are ours. A page of another site reaches us under its own name when its name server says so (DNS
 * rebinding): its requests look like those of any client, and only the Host header tells them apart.
 */
export class Hosts {
  readonly #own: readonly string[];
  readonly #hasNeighbours: boolean;
  readonly #known = new Map<string, HostOwner>();

  constructor({ listens, given }: HostNames) {
    this.#own = [...OWN, ...given.map((name) => hostNameOf(name)).filter(Boolean)];
    this.#hasNeighbours = !isLoopback(listens);
  }

  /** Whose a Host header's name is. HTTP/1.0 has none, and no browser speaks it. */
  ownerOf(host: string): HostOwner {
    let owner = this.#known.get(host);
    if (owner === undefined) {
      owner = this.#look(hostNameOf(host));
      if (this.#known.size > 1000) this.#known.clear();
      this.#known.set(host, owner);
    }
    return owner;
  }

  #look(name: string): HostOwner {
    // No name ends in a number: what comes before an address cannot make it another's.
    if (name === "" || isIP(name.replace(/^sync-|^\[|\]$/g, "")) !== 0) return "own";
    if (!/^[a-z0-9_.-]+$/.test(name)) return "foreign";
    if (this.#own.some((own) => name === own || name.endsWith(`.${own}`))) return "own";
    return this.#hasNeighbours && !name.includes(".") ? "neighbour" : "foreign";
  }
}

/** `Squall:4566` → `squall`. */
export function hostNameOf(host: string): string {
  return host.trim().toLowerCase().replace(/:\d*$/, "").replace(/\.$/, "");
}
