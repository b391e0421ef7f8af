import type { Random } from "../../core/random.ts";

/** Each of the four is of another top-level domain: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/GetInfoAboutHostedZone.html */
const DOMAINS = ["com", "net", "org", "co.uk"] as const;
const OF_A_DOMAIN = 512;
const GROUPS = 64;

const nameServer = (at: number, domain: (typeof DOMAINS)[number]): string => {
  const number = DOMAINS.indexOf(domain) * OF_A_DOMAIN + at;
  return `ns-${number}.awsdns-${String(at % GROUPS).padStart(2, "0")}.${domain}`;
};

export const newNameServers = (random: Random): string[] =>
  DOMAINS.map((domain) => nameServer(random.integer(OF_A_DOMAIN), domain));

/** Those of every private zone. */
export const PRIVATE_NAME_SERVERS: readonly string[] = DOMAINS.map((domain) => nameServer(0, domain));
