import { connect, type Socket } from "node:net";
import { type Load, NUMBER, requestText } from "./load.ts";

/** What a client process is to send, and which of the running numbers are its own. */
export interface ClientLoad extends Omit<Load, "warmupMs"> {
  /** So many requests at most. */
  readonly most?: number;
  /** The running number grows by this. */
  readonly step: number;
}

export interface ClientResult {
  /** Of each answer, in milliseconds. */
  readonly times: Float64Array;
  readonly seconds: number;
  readonly failed: number;
}

function run(load: ClientLoad): Promise<ClientResult> {
  const templates = load.requests.map((request) => {
    const text = requestText(request);
    return { bytes: Buffer.from(text), places: placesOf(text) };
  });
  const startedAt = performance.now();
  const endsAt = startedAt + load.durationMs;
  let number = load.firstNumber ?? 0;
  let turn = 0;
  let left = load.most ?? Number.POSITIVE_INFINITY;
  let failed = 0;
  const times: number[] = [];

  const next = (): Buffer => {
    const { bytes, places } = templates[turn++ % templates.length]!;
    const digits = String(load.numbers ? number % load.numbers : number).padStart(NUMBER.length, "0");
    number += load.step;
    const filled = Buffer.from(bytes);
    for (const place of places) filled.write(digits, place, "latin1");
    return filled;
  };

  const client = (socket: Socket, done: () => void) => {
    let sentAt = 0;
    let waiting = "";
    const send = () => {
      if (left-- <= 0 || performance.now() >= endsAt) {
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
      times.push(performance.now() - sentAt);
      if (waiting[9]! >= "4") failed++;
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
    const done = () => {
      if (--open > 0) return;
      resolve({ times: Float64Array.from(times), seconds: (performance.now() - startedAt) / 1000, failed });
    };
    for (let i = 0; i < load.connections; i++) client(connect(load.port, "127.0.0.1"), done);
  });
}

function placesOf(text: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(NUMBER); at >= 0; at = text.indexOf(NUMBER, at + 1)) places.push(at);
  return places;
}

process.on("message", (load: ClientLoad) => {
  void run(load).then((result) => process.send?.(result));
});
