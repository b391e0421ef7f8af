import "./cpu.ts";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** What a proxy of bare `node:http` does at best: the head and the body go on as they come, and back. The upstream's port comes as argument. */
const port = Number(process.argv[2]);
const agent = new Agent({ keepAlive: true });
const server = createServer((incoming, outgoing) => {
  const { method, url, headers } = incoming;
  const onward = request({ port, host: "127.0.0.1", method, path: url, headers, agent }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on("error", () => outgoing.destroy());
  incoming.pipe(onward);
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
