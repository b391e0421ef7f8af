/** A question to a name server. */
export interface DnsQuestion {
  /** Without a dot at its end, in any case: `www.Example.com`. */
  readonly name: string;
  /** `A`, `TXT` … */
  readonly type: string;
}

/** A record as zone files have it (RFC 1035, 5.1). */
export interface DnsRecord {
  /** With a dot at its end. */
  readonly name: string;
  readonly type: string;
  readonly ttlSeconds: number;
  /** `192.0.2.1`, `10 mail.example.com.`, `"quoted text"` … */
  readonly value: string;
  /** The name of AWS's that an alias of a zone leads to, which its answer does not show. */
  readonly aliasOf?: string;
}

export type DnsCode = "NOERROR" | "NXDOMAIN" | "SERVFAIL";

/** What whoever has a name's zone says of it. */
export interface DnsAnswer {
  readonly code: DnsCode;
  readonly records: readonly DnsRecord[];
  /** The zone's SOA where there is no such record, name servers where another has the name. */
  readonly authority: readonly DnsRecord[];
  /** Is what has the name well, for an alias that evaluates its target's health? Absent where nobody says. */
  readonly isHealthy?: boolean;
}
