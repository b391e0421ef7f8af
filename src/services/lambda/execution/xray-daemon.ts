import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type Tracer, tracerOf } from "../../../aws/tracing.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { Scope } from "../function-name.ts";

/**
 * The X-Ray daemon that Lambda runs beside functions: their SDK sends it subsegments by UDP, each behind a line that says its format,
 * and it puts them as the function's role. https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-daemon
 */
export class XRayDaemon {
  readonly #tracer: Tracer;
  /** One for each role: who sends is not told otherwise. */
  readonly #sockets = new Map<string, Promise<Socket>>();

  constructor(host: ServiceHost) {
    this.#tracer = tracerOf(host);
  }

  /** Where a function's SDK finds it. */
  async variablesFor({ account, region }: Scope, role: string): Promise<Readonly<Record<string, string>>> {
    const key = JSON.stringify([account, region, role]);
    const binding = this.#sockets.get(key) ?? this.#listen({ account, region }, role);
    this.#sockets.set(key, binding);
    const { port } = (await binding).address();
    return {
      AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${port}`,
      _AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1",
      _AWS_XRAY_DAEMON_PORT: String(port),
    };
  }

  async stop(): Promise<void> {
    const sockets = await Promise.all(this.#sockets.values());
    this.#sockets.clear();
    for (const socket of sockets) socket.close();
  }

  async #listen(place: Scope, as: string): Promise<Socket> {
    const socket = createSocket("udp4");
    socket.unref();
    socket.on("message", (message) => {
      const document = documentOf(message.toString("utf8"));
      if (document !== "") void this.#tracer.put([document], { ...place, as });
    });
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    return socket;
  }
}

/** What stands behind the line that says its format; empty when there is no such line. */
function documentOf(message: string): string {
  const at = message.indexOf("\n");
  return at < 0 ? "" : message.slice(at + 1).trim();
}
