import { constants, createHash, publicEncrypt } from "node:crypto";
import { ConnectionLost, type Login } from "../running/session.ts";
import type { Greeting, MysqlWire } from "./packets.ts";

const LONG_PASSWORD = 0x1;
/** Rows that a change has found count, not only those that it has changed: as with JDBC's drivers. */
const FOUND_ROWS = 0x2;
const LONG_FLAG = 0x4;
const WITH_DATABASE = 0x8;
const PROTOCOL_41 = 0x200;
const TRANSACTIONS = 0x2000;
const SECURE_CONNECTION = 0x8000;
const MULTI_RESULTS = 0x20000;
const PLUGINS = 0x80000;
const ABILITIES =
  LONG_PASSWORD |
  FOUND_ROWS |
  LONG_FLAG |
  PROTOCOL_41 |
  TRANSACTIONS |
  SECURE_CONNECTION |
  MULTI_RESULTS |
  PLUGINS;
const UTF8MB4 = 45;
const MOST_PACKET_BYTES = 16 * 1024 * 1024;

const NATIVE = "mysql_native_password";
const CACHING = "caching_sha2_password";
/** What a server says of a password by its hash, with `caching_sha2_password`. */
const IS_KNOWN = 3;
const ASK_FOR_KEY = Buffer.from([2]);

/** What a client says first: who it is, and which database it wants. */
export function introduction(
  greeting: Greeting,
  { user, password }: Login,
  database: string | undefined,
): Buffer {
  const plugin = greeting.plugin === CACHING ? CACHING : NATIVE;
  const head = Buffer.alloc(32);
  head.writeUInt32LE(ABILITIES | (database === undefined ? 0 : WITH_DATABASE), 0);
  head.writeUInt32LE(MOST_PACKET_BYTES, 4);
  head[8] = UTF8MB4;
  const proof = proofOf(password, plugin, greeting.nonce);
  return Buffer.concat([
    head,
    Buffer.from(`${user}\0`),
    Buffer.from([proof.length]),
    proof,
    Buffer.from(database === undefined ? "" : `${database}\0`),
    Buffer.from(`${plugin}\0`),
  ]);
}

/** Answers a server that wants another proof than it has got. */
export async function proveAgain(
  request: Buffer,
  { password }: Login,
  nonce: Buffer,
  wire: MysqlWire,
): Promise<void> {
  if (request[0] === 0xfe) {
    const end = request.indexOf(0, 1);
    const plugin = request.toString("utf8", 1, end);
    if (plugin !== NATIVE && plugin !== CACHING)
      throw new ConnectionLost(`The server wants a password by ${plugin}, which is not known.`);
    request.copy(nonce, 0, end + 1, end + 1 + nonce.length);
    wire.send(proofOf(password, plugin, nonce));
    return;
  }
  // It knows the hash, or wants the password itself.
  if (request[1] === IS_KNOWN) return;
  wire.send(ASK_FOR_KEY);
  const key = (await wire.expect()).toString("utf8", 1);
  const hidden = Buffer.from(`${password}\0`).map((byte, at) => byte ^ (nonce[at % nonce.length] ?? 0));
  wire.send(publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING }, hidden));
}

function proofOf(password: string, plugin: string, nonce: Buffer): Buffer {
  if (password === "") return Buffer.alloc(0);
  const hash = (...parts: readonly (Buffer | string)[]): Buffer => {
    const hashing = createHash(plugin === NATIVE ? "sha1" : "sha256");
    for (const part of parts) hashing.update(part);
    return hashing.digest();
  };
  const once = hash(password);
  const twice = hash(once);
  const mask = plugin === NATIVE ? hash(nonce, twice) : hash(twice, nonce);
  return Buffer.from(once.map((byte, at) => byte ^ (mask[at] ?? 0)));
}
