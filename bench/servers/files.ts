import "./cpu.ts";
import { createReadStream, createWriteStream, mkdtempSync } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** What `node:http` can do at best with files: write what is put, read what is got, know nothing of either. */
const folder = mkdtempSync(join(tmpdir(), "squall-bench-files-"));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = join(folder, encodeURIComponent(request.url ?? ""));
  if (request.method === "PUT") {
    await pipeline(request, createWriteStream(path));
    response.writeHead(200, { "content-length": "0" }).end();
    return;
  }
  response.writeHead(200, { "content-length": (await stat(path)).size });
  await pipeline(createReadStream(path), response);
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => response.destroy(error));
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
