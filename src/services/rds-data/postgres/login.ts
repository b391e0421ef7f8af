import { createHash, createHmac, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { ConnectionLost, type Login } from "../running/session.ts";
import { int32, message, type PostgresWire, text } from "./messages.ts";

/** What a server asks for: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const OK = 0;
const CLEARTEXT = 3;
const MD5 = 5;
const SASL = 10;
const SASL_IS_OVER = 12;
const MECHANISM = "SCRAM-SHA-256";
const derive = promisify(pbkdf2);

/** Answers what a server asks about a password: https://www.postgresql.org/docs/current/sasl-authentication.html */
export async function answer(request: Buffer, { user, password }: Login, wire: PostgresWire): Promise<void> {
  switch (request.readUInt32BE(0)) {
    case OK:
    case SASL_IS_OVER:
      return;
    case CLEARTEXT:
      wire.send(message("p", text(password)));
      return;
    case MD5:
      wire.send(message("p", text(`md5${md5(md5(password + user), request.subarray(4))}`)));
      return;
    case SASL:
      await scram(password, wire);
      return;
    default:
      throw new ConnectionLost("The server wants a password in a way that is not known.");
  }
}

const md5 = (value: string, salt: Buffer = Buffer.alloc(0)): string =>
  createHash("md5").update(value).update(salt).digest("hex");

/** RFC 5802 and 7677. A password that is wrong is refused by the server, whose error the caller reads. */
async function scram(password: string, wire: PostgresWire): Promise<void> {
  const nonce = randomBytes(18).toString("base64");
  const first = `n=,r=${nonce}`;
  const opening = Buffer.from(`n,,${first}`);
  wire.send(message("p", text(MECHANISM), int32(opening.length), opening));
  const { body } = await wire.expect();
  const challenge = body.toString("utf8", 4);
  const { r: joined = "", s: salt = "", i: rounds = "4096" } = attributesOf(challenge);
  if (!joined.startsWith(nonce)) throw new ConnectionLost("The server's nonce is not of this login.");
  const salted = await derive(
    password.normalize("NFKC"),
    Buffer.from(salt, "base64"),
    Number(rounds),
    32,
    "sha256",
  );
  const key = hmac(salted, "Client Key");
  const last = `c=biws,r=${joined}`;
  const signature = hmac(createHash("sha256").update(key).digest(), [first, challenge, last].join(","));
  const proof = Buffer.from(key.map((byte, at) => byte ^ (signature[at] ?? 0))).toString("base64");
  wire.send(message("p", Buffer.from(`${last},p=${proof}`)));
}

const hmac = (key: Buffer, value: string): Buffer => createHmac("sha256", key).update(value).digest();

const attributesOf = (challenge: string): Readonly<Record<string, string>> =>
  Object.fromEntries(challenge.split(",").map((part) => [part[0], part.slice(2)]));
