import { connect, type Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";

/** What to send: complete HTTP requests in which `{n}` (eight characters wide when filled) stands for a running number. */
export interface Load {
  readonly port: number;
  /** Requests are sent in turn. */
  readonly requests: readonly { readonly head: string; readonly body: string }[];
  readonly connections: number;
  readonly warmupMs: number;
  readonly durationMs: number;
  /** Where the running number starts, so that two loads do not collide. */
  readonly firstNumber?: number;
  /** Numbers wrap here. Default: never. */
  readonly numbers?: number;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly requests: number;
  /** Answers with a status other than 2xx. */
  readonly failed: number;
}

const NUMBER = "{number}";

/** As fast as the server answers: each connection sends its next request when it has the answer to the last. */
function run(load: Load): Promise<LoadResult> {
  const templates = load.requests.map(({ head, body }) => {
    const text = `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    return { bytes: Buffer.from(text), places: placesOf(text) };
  });
  let number = load.firstNumber ?? 0;
  let turn = 0;
  let counting = false;
  let over = false;
  let failed = 0;
  const times: number[] = [];

  const next = (): Buffer => {
    const { bytes, places } = templates[turn++ % templates.length]!;
    const filled = Buffer.from(bytes);
    const digits = String(load.numbers ? number++ % load.numbers : number++).padStart(NUMBER.length, "0");
    for (const place of places) filled.write(digits, place, "latin1");
    return filled;
  };

  const client = (socket: Socket, done: () => void) => {
    let sentAt = 0;
    let waiting = "";
    const send = () => {
      if (over) {
        socket.destroy();
        return done();
      }
      sentAt = performance.now();
      socket.write(next());
    };
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.on("connect", send);
    socket.on("data", (chunk: string) => {
      waiting += chunk;
      const head = waiting.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = /content-length: *(\d+)/i.exec(waiting.slice(0, head));
      if (length ? waiting.length < head + 4 + Number(length[1]) : !waiting.endsWith("0\r\n\r\n")) return;
      if (counting) {
        times.push(performance.now() - sentAt);
        if (waiting[9] !== "2") failed++;
      }
      waiting = "";
      send();
    });
    socket.on("error", () => {
      failed++;
      done();
    });
  };

  return new Promise((resolve) => {
    let open = load.connections;
    let startedAt = 0;
    let endedAt = 0;
    const done = () => {
      if (--open > 0) return;
      times.sort((a, b) => a - b);
      const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
      resolve({
        perSecond: times.length / ((endedAt - startedAt) / 1000),
        p50Ms: at(0.5),
        p99Ms: at(0.99),
        requests: times.length,
        failed,
      });
    };
    for (let i = 0; i < load.connections; i++) client(connect(load.port, "127.0.0.1"), done);
    setTimeout(() => {
      counting = true;
      startedAt = performance.now();
      setTimeout(() => {
        counting = false;
        over = true;
        endedAt = performance.now();
      }, load.durationMs);
    }, load.warmupMs);
  });
}

function placesOf(text: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(NUMBER); at >= 0; at = text.indexOf(NUMBER, at + 1)) places.push(at);
  return places;
}

if (parentPort) {
  const port = parentPort;
  run(workerData as Load).then((result) => port.postMessage(result));
}
