import type { Socket } from "node:net";

/** The TCP connections that TLS connections are carried by. */
const carriers = new WeakMap<Socket, Socket>();

export const carry = (secure: Socket, by: Socket): void => void carriers.set(secure, by);

/** The TCP connection below a connection: an RST can only be sent there. */
export const carrierOf = (socket: Socket): Socket => carriers.get(socket) ?? socket;
