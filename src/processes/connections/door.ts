import { connect } from "node:net";
import { type Duplex, duplexPair } from "node:stream";

/** Gives the server's side of a connection, by the socket that it leads to. */
export type Door = (socket: string) => Duplex;

/** One that leads whoever comes to the server. */
export const openDoor: Door = (socket) => connect({ path: socket, allowHalfOpen: true });

/** Who has been let in: what they say and hear, and the server's side. */
interface Admitted {
  readonly front: Duplex;
  readonly back: Duplex;
}

/**
 * A door at which something is done before somebody is led on.
 * @param admit says who is let in, or nothing where it has ended the connection
 */
export function doorway(admit: (front: Duplex, socket: string) => Promise<Admitted | undefined>): Door {
  return (socket) => {
    const [outside, inside] = duplexPair();
    inside.on("error", () => outside.destroy());
    outside.once("close", () => inside.destroy());
    admit(inside, socket).then(
      (admitted) => {
        if (admitted) join(admitted, outside);
        else inside.resume();
      },
      () => outside.destroy(),
    );
    return outside;
  };
}

function join({ front, back }: Admitted, outside: Duplex): void {
  for (const side of [front, back]) side.on("error", () => outside.destroy());
  back.once("close", () => {
    if (!back.readableEnded) outside.destroy();
  });
  if (outside.destroyed) back.destroy();
  outside.once("close", () => back.destroy());
  front.pipe(back).pipe(front);
}

/** The next piece of what comes. @throws Error when nothing does any more */
export function nextOf(stream: Duplex): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => settle(() => resolve(chunk));
    const over = () => settle(() => reject(new Error("The connection has ended.")));
    const settle = (then: () => void) => {
      stream.pause();
      stream.off("data", hear).off("end", over).off("close", over);
      then();
    };
    stream.on("data", hear).on("end", over).on("close", over);
    stream.resume();
  });
}
