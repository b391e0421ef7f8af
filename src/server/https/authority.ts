import { createPrivateKey, X509Certificate as KeyedCertificate, type webcrypto } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { entropy } from "../../core/entropy.ts";
import type { Log } from "../../core/log.ts";
import { makeFolder } from "../../core/make-folder.ts";
import { optionalPackages } from "../../core/optional-packages.ts";
import { sure } from "../../core/sure.ts";
import { whyNot } from "../../core/why-not.ts";
import { NAME_CONSTRAINTS, nameConstraints } from "./name-constraints.ts";

type X509 = typeof import("@peculiar/x509");

/** What may be wrong with a certificate, on purpose. */
export type Flaw = "expired" | "wrong-name" | "untrusted";

/** A certificate and its key, in PEM. */
export interface Certified {
  readonly cert: string;
  readonly key: string;
}

interface KeptAuthority {
  readonly certificate: import("@peculiar/x509").X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY_MS = 24 * 3600 * 1000;
const AUTHORITY_DAYS = 730;
const LEAF_DAYS = 90;
/** An authority that ends sooner is replaced at a start. */
const LEAST_DAYS_LEFT = 60;
const CERT_FILE = "ca.pem";
const KEY_FILE = "ca.key";
/** A name that is none of those that are asked for. */
const WRONG_NAME = "wrong-name.localhost";

/**
 * A certificate authority of this machine, kept in a folder that only its user can read. It vouches for AWS's names and for
 * this machine's, and for no others.
 */
export class Authority {
  /** Its certificate, in PEM: what clients are told to trust. */
  readonly pem: string;
  readonly #x509: X509;
  readonly #kept: KeptAuthority;
  readonly #leafKeys: webcrypto.CryptoKeyPair;
  readonly #leafKey: string;

  private constructor(x509: X509, kept: KeptAuthority, leafKeys: webcrypto.CryptoKeyPair, leafKey: string) {
    this.#x509 = x509;
    this.#kept = kept;
    this.#leafKeys = leafKeys;
    this.#leafKey = leafKey;
    this.pem = kept.certificate.toString("pem");
  }

  /**
   * The authority of a folder, made where there is none yet, or where its time is over.
   * @throws Error that says what to install, or which file is of no use
   */
  static async open(folder: string, log: Pick<Log, "warn">): Promise<Authority> {
    const x509 = await library();
    const found = await read(x509, folder);
    const endsMs = found?.certificate.notAfter.getTime();
    const kept =
      found === undefined || sure(endsMs) < Date.now() + LEAST_DAYS_LEFT * DAY_MS
        ? await make(x509, folder)
        : found;
    if (found !== undefined && kept !== found) log.warn(replaced(folder, sure(endsMs)));
    const leafKeys = await newKeys();
    return new Authority(x509, kept, leafKeys, await pemOf(x509, leafKeys.privateKey));
  }

  /** The certificate of a host name or address, with its chain. */
  async certify(name: string, flaw?: Flaw): Promise<Certified> {
    const { certificate, key } = this.#kept;
    const isOver = flaw === "expired";
    const leaf = await this.#x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: "CN=Squall",
      issuer: flaw === "untrusted" ? "CN=Nobody you know" : certificate.subject,
      ...validity(isOver ? -LEAF_DAYS : -1, isOver ? -1 : LEAF_DAYS),
      publicKey: this.#leafKeys.publicKey,
      signingKey: flaw === "untrusted" ? this.#leafKeys.privateKey : key,
      signingAlgorithm: ALGORITHM,
      extensions: this.#leafExtensions(flaw === "wrong-name" ? WRONG_NAME : name),
    });
    return { cert: `${leaf.toString("pem")}\n${this.pem}\n`, key: this.#leafKey };
  }

  #leafExtensions(name: string) {
    const x509 = this.#x509;
    const usages = x509.KeyUsageFlags.digitalSignature;
    return [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(usages, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([{ type: isIP(name) === 0 ? "dns" : "ip", value: name }]),
    ];
  }
}

async function library(): Promise<X509> {
  // The second one needs the first to be there.
  const packages = ["reflect-metadata", "@peculiar/x509"];
  const modules = await optionalPackages(`HTTPS needs ${packages.join(" and ")}`, packages);
  const [, x509] = modules as [unknown, X509];
  x509.cryptoProvider.set(globalThis.crypto);
  return x509;
}

async function read(x509: X509, folder: string): Promise<KeptAuthority | undefined> {
  const [certFile, keyFile] = [join(folder, CERT_FILE), join(folder, KEY_FILE)];
  // A key alone is of an authority that was never finished.
  if (!existsSync(certFile)) return undefined;
  if (!existsSync(keyFile)) throw unusable(`${keyFile} is not there`, folder);
  const [certPem, keyPem] = [readFileSync(certFile, "utf8"), readFileSync(keyFile, "utf8")];
  const whole = tried(() => new KeyedCertificate(certPem), `${certFile} is no certificate in PEM`, folder);
  const own = tried(() => createPrivateKey(keyPem), `${keyFile} is no private key in PEM`, folder);
  if (!whole.checkPrivateKey(own)) throw unusable(`${keyFile} is not the key of ${certFile}`, folder);
  const certificate = new x509.X509Certificate(certPem);
  const pkcs8 = own.export({ type: "pkcs8", format: "der" });
  try {
    const key = await crypto.subtle.importKey("pkcs8", pkcs8, ALGORITHM, false, ["sign"]);
    return { certificate, key };
  } catch (error) {
    throw unusable(`${keyFile} is no key of P-256`, folder, error);
  }
}

function tried<T>(read: () => T, what: string, folder: string): T {
  try {
    return read();
  } catch (error) {
    throw unusable(what, folder, error);
  }
}

/** Nobody's trust is thrown away unasked. */
const unusable = (what: string, folder: string, cause?: unknown): Error =>
  new Error(
    `The local authority cannot be used: ${what}. Put the file back, or remove ${folder}: then a new one is made, which clients must be told to trust (squall env --proxy).`,
    { cause },
  );

function replaced(folder: string, endsMs: number): string {
  const ends = `${endsMs < Date.now() ? "ended" : "ends"} on ${new Date(endsMs).toISOString().slice(0, 10)}`;
  return `The local authority in ${folder} ${ends}: there is a new one in its place. Clients trust it when squall env --proxy has been run again.`;
}

async function make(x509: X509, folder: string): Promise<KeptAuthority> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: "CN=Squall's local authority",
    keys,
    signingAlgorithm: ALGORITHM,
    ...validity(-1, AUTHORITY_DAYS),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.Extension(NAME_CONSTRAINTS, true, nameConstraints()),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  try {
    makeFolder(folder, 0o700);
  } catch (error) {
    throw new Error(`The local authority cannot be kept in ${folder}: ${whyNot(error)}.`, { cause: error });
  }
  // The key first: whoever sees the certificate finds the key that belongs to it.
  write(join(folder, KEY_FILE), await pemOf(x509, keys.privateKey));
  write(join(folder, CERT_FILE), `${certificate.toString("pem")}\n`);
  return { certificate, key: keys.privateKey };
}

function write(file: string, text: string): void {
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, text, { mode: 0o600 });
  renameSync(partial, file);
}

const newKeys = () => crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);

const pemOf = async (x509: X509, key: webcrypto.CryptoKey): Promise<string> =>
  x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");

/** Positive, as it must be. */
const serialNumber = (): string => `01${entropy(15).toString("hex")}`;

const validity = (fromDays: number, untilDays: number) => ({
  notBefore: new Date(Date.now() + fromDays * DAY_MS),
  notAfter: new Date(Date.now() + untilDays * DAY_MS),
});
