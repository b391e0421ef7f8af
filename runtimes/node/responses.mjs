// Reads the responses of one connection to the Runtime API: each has a length.

const END_OF_HEAD = Buffer.from("\r\n\r\n");

export class Responses {
  #pieces = [];
  #bytes = 0;
  /** How many bytes there must be before there is anything to do. */
  #needed = 0;
  #resolve;

  /** The one that comes next: `{headers, body}`. */
  next() {
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  read(chunk) {
    this.#pieces.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < this.#needed) return;
    const read = this.#pieces.length === 1 ? chunk : Buffer.concat(this.#pieces);
    this.#pieces = [read];
    const end = read.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const headers = {};
    for (const line of read.latin1Slice(0, end).split("\r\n").slice(1)) {
      const colon = line.indexOf(":");
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    const from = end + END_OF_HEAD.length;
    this.#needed = from + Number(headers["content-length"] ?? 0);
    if (this.#bytes < this.#needed) return;
    const body = read.utf8Slice(from, this.#needed);
    this.#pieces = [];
    this.#bytes = 0;
    this.#needed = 0;
    this.#resolve({ headers, body });
  }
}
