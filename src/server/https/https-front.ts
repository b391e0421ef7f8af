import type { IncomingMessage } from "node:http";
import { connect as connectTcp, type Socket } from "node:net";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import { BoundedMap } from "../../core/bounded-map.ts";
import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import { lookup } from "../../core/loopback.ts";
import { resetSocket } from "../../core/reset-socket.ts";
import { isAwsHost } from "../../gateway/aws-endpoint.ts";
import { hostNameOf, isLoopback } from "../hosts.ts";
import { endWith } from "../refusals.ts";
import type { Authority, Flaw } from "./authority.ts";
import { carry } from "./carrier.ts";
import { type AskFaults, CONNECT, HANDSHAKE } from "./https-faults.ts";

/** Who goes on with a connection whose TLS, or whose tunnel, is done with. */
export type Inside = (socket: Socket) => void;

/** Names that clients ask for; a certificate each. */
const MOST_NAMES = 500;
/** What who sends no name is shown. */
const NAMELESS = "127.0.0.1";

export interface HttpsParts {
  readonly authority: Authority;
  readonly faults: AskFaults;
  readonly clock: Clock;
  readonly log: Log;
  /** The address that is listened on: only on loopback do tunnels lead to other hosts than AWS's. */
  readonly host: string;
}

/** TLS on the ordinary port, and a proxy's tunnels (CONNECT): to AWS's names they end here, to others they lead. */
export class HttpsFront {
  readonly #parts: HttpsParts;
  readonly #contexts = new BoundedMap<Promise<SecureContext>>(MOST_NAMES);
  readonly #nameless: SecureContext;

  private constructor(parts: HttpsParts, nameless: SecureContext) {
    this.#parts = parts;
    this.#nameless = nameless;
  }

  static async open(parts: HttpsParts): Promise<HttpsFront> {
    return new HttpsFront(parts, createSecureContext(await parts.authority.certify(NAMELESS)));
  }

  /** A connection whose first bytes are TLS. */
  secure(socket: Socket, inside: Inside): void {
    const secure = new TLSSocket(socket, {
      isServer: true,
      secureContext: this.#nameless,
      SNICallback: (name, choose) => {
        this.#contextFor(name, socket).then(
          (context) => context !== undefined && choose(null, context),
          (error: Error) => choose(error),
        );
      },
      // HTTP/1.1 as most of AWS's endpoints; HTTP/2 for who speaks nothing else.
      ALPNCallback: ({ protocols }) => ["http/1.1", "h2"].find((name) => protocols.includes(name)),
    });
    carry(secure, socket);
    const leave = () => {
      secure.destroy();
      socket.destroy();
    };
    secure.once("error", leave);
    secure.once("_tlsError", leave);
    secure.once("secure", () => {
      secure.off("error", leave);
      inside(secure);
    });
  }

  /** A client asks the proxy for a host. */
  tunnel({ url = "" }: IncomingMessage, socket: Socket, head: Buffer, inside: Inside): void {
    socket.on("error", () => socket.destroy());
    this.#tunnel(url, socket, head, inside).catch((error: unknown) => {
      this.#parts.log.debug(`A tunnel to ${url} has ended: ${error}`);
      socket.destroy();
    });
  }

  async #tunnel(target: string, socket: Socket, head: Buffer, inside: Inside): Promise<void> {
    const [host, port] = splitTarget(target);
    const { ends, delayMs } = this.#parts.faults(CONNECT, target);
    if (delayMs > 0) await this.#parts.clock.sleep(delayMs);
    if (ends === "reset") resetSocket(socket);
    else if (ends === "refuse") endWith(socket, "502 Bad Gateway", "A rule refuses this host.");
    else if (ends === "hang") return;
    else if (isHere(host)) {
      socket.write(ESTABLISHED);
      if (head.length > 0) socket.unshift(head);
      inside(socket);
    } else if (isLoopback(this.#parts.host)) lead(socket, host, port, head);
    else
      endWith(
        socket,
        "403 Forbidden",
        "This proxy leads to AWS's names only: it does not listen on loopback.",
      );
  }

  /** @returns undefined for a connection that is not to go on */
  async #contextFor(name: string, socket: Socket): Promise<SecureContext | undefined> {
    const { ends, flaw, delayMs } = this.#parts.faults(HANDSHAKE, name);
    if (delayMs > 0) await this.#parts.clock.sleep(delayMs);
    if (ends === "reset") resetSocket(socket);
    return ends === undefined ? await this.#context(name, flaw) : undefined;
  }

  #context(name: string, flaw: Flaw | undefined): Promise<SecureContext> {
    const key = `${flaw ?? ""} ${name.toLowerCase()}`;
    const known = this.#contexts.get(key);
    if (known !== undefined) return known;
    const made = this.#parts.authority
      .certify(name.toLowerCase(), flaw)
      .then((pems) => createSecureContext(pems));
    this.#contexts.set(key, made);
    return made;
  }
}

const ESTABLISHED = "HTTP/1.1 200 Connection Established\r\n\r\n";

/** What asks for AWS, or for this machine's own names, is answered here. */
const isHere = (host: string): boolean =>
  isAwsHost(host) || /(?:^|\.)localhost\.localstack\.cloud$/.test(hostNameOf(host));

/** `sqs.eu-west-1.amazonaws.com:443`, `[::1]:443` */
function splitTarget(target: string): [host: string, port: number] {
  const at = target.lastIndexOf(":");
  const port = Number(target.slice(at + 1));
  return at < 0 ? [target, 443] : [target.slice(0, at).replace(/^\[|\]$/g, ""), port];
}

/** Bytes as they are, in both directions. */
function lead(socket: Socket, host: string, port: number, head: Buffer): void {
  const onward = connectTcp({ host, port, lookup });
  onward.once("connect", () => {
    socket.write(ESTABLISHED);
    onward.write(head);
    socket.pipe(onward).pipe(socket);
  });
  onward.once("error", (error: NodeJS.ErrnoException) => {
    if (onward.bytesRead === 0 && onward.bytesWritten === 0 && socket.bytesWritten === 0)
      endWith(socket, "502 Bad Gateway", `${host} cannot be reached: ${error.code}`);
    else socket.destroy();
  });
  socket.once("close", () => onward.destroy());
  onward.once("close", () => socket.destroySoon());
}
