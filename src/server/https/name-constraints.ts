import { tagged } from "../../core/der.ts";
import { AWS_DOMAINS } from "../../gateway/aws-endpoint.ts";

/** The names that the local authority may vouch for: AWS's, and this machine's. */
const VOUCHED_DOMAINS: readonly string[] = [...AWS_DOMAINS, "localhost", "localhost.localstack.cloud"];

/** `127.0.0.0/8` and `::1`, each an address and its mask. */
const ADDRESSES: readonly (readonly number[])[] = [
  [127, 0, 0, 0, 255, 0, 0, 0],
  [...new Array<number>(15).fill(0), 1, ...new Array<number>(16).fill(255)],
];

export const NAME_CONSTRAINTS = "2.5.29.30";

const SEQUENCE = 0x30;
const PERMITTED = 0xa0;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

/**
 * The extension that keeps an authority to these names, so that its key, if it is stolen, makes no certificate of anybody else:
 * https://datatracker.ietf.org/doc/html/rfc5280#section-4.2.1.10
 */
export function nameConstraints(): Uint8Array<ArrayBuffer> {
  const names = VOUCHED_DOMAINS.map((name) =>
    tagged(SEQUENCE, tagged(DNS_NAME, Buffer.from(name, "latin1"))),
  );
  const addresses = ADDRESSES.map((bytes) => tagged(SEQUENCE, tagged(IP_ADDRESS, Buffer.from(bytes))));
  return new Uint8Array(tagged(SEQUENCE, tagged(PERMITTED, ...names, ...addresses)));
}
