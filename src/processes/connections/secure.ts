import type { Duplex } from "node:stream";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";

/** A certificate with its chain, and its key, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** The first byte of what a client of TLS says. */
const HANDSHAKE = 0x16;

export const beginsTls = (first: Buffer): boolean => first[0] === HANDSHAKE;

/** TLS that ends here. */
export class Secure {
  readonly #certificate: () => Promise<Certificate>;
  #context: Promise<SecureContext> | undefined;

  /** @param certificate is asked for when the first connection comes */
  constructor(certificate: () => Promise<Certificate>) {
    this.#certificate = certificate;
  }

  /** What is inside of a connection. @throws Error when there is no certificate, or the client does not want it */
  async inside(carrier: Duplex): Promise<Duplex> {
    this.#context ??= this.#certificate().then(createSecureContext);
    const secureContext = await this.#context.catch((error: unknown) => {
      this.#context = undefined;
      throw error;
    });
    const secure = new TLSSocket(carrier, { isServer: true, secureContext });
    await new Promise<void>((resolve, reject) => {
      secure.once("secure", resolve);
      secure.once("error", reject);
      secure.once("close", () => reject(new Error("The connection has ended.")));
    });
    return secure;
  }
}
