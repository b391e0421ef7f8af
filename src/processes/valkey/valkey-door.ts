import { type Door, doorway, nextOf, openDoor } from "../connections/door.ts";
import { beginsTls, type Certificate, Secure } from "../connections/secure.ts";

/** What TLS is to those who connect: unknown to the server, as they like, or wanted. */
export type TlsMode = "off" | "preferred" | "required";

interface Options {
  /** Asked for each connection. */
  mode(): TlsMode;
  /** Undefined where Squall has none: then nobody is let in by TLS. */
  readonly certificate: (() => Promise<Certificate>) | undefined;
  /** Hears why somebody is not let in. */
  failed(reason: string): void;
}

const WITHOUT_CERTIFICATE = () =>
  Promise.reject(new Error("there is TLS when Squall is started with --https"));

/** A door in front of a Valkey that speaks plainly: clients of TLS are let in where there is such. */
export function valkeyDoor({ mode, certificate = WITHOUT_CERTIFICATE, failed }: Options): Door {
  const secure = new Secure(certificate);
  const guarded = doorway(async (front, socket) => {
    // Who leaves without a word has not been turned away.
    const first = await nextOf(front);
    front.unshift(first);
    try {
      if (beginsTls(first)) return { front: await secure.inside(front), back: openDoor(socket) };
      if (mode() === "required") throw new Error("it speaks plainly, and TLS is required");
      return { front, back: openDoor(socket) };
    } catch (error) {
      failed((error as Error).message);
      throw error;
    }
  });
  return (socket) => (mode() === "off" ? openDoor(socket) : guarded(socket));
}
