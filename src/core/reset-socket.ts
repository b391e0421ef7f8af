import type { Socket } from "node:net";

/**
 * Ends a connection with an RST, as a crashed host does (a plain close would be a FIN). One that is just being ended in order is closed:
 * libuv does not reset it (`uv_tcp_close_reset`, EINVAL), and Node, which does not look, would keep it for ever and turn in a circle when
 * the process or the thread ends.
 */
export function resetSocket(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}
