/** Splits what a process writes into log messages. A partial message waits for its end, or for `flush`. */
export interface MessageReader {
  write(chunk: Buffer): void;
  flush(): void;
}

/** A message that is longer is cut, as CloudWatch Logs does not take more than 1 MB. */
const LONGEST_MESSAGE_BYTES = 1_000_000;

/** stdout and stderr: one message a line. */
export function lineReader(message: (text: string) => void): MessageReader {
  let rest: Buffer[] = [];
  let restBytes = 0;
  const end = (piece: Buffer) => {
    const line = restBytes ? Buffer.concat([...rest, piece]) : piece;
    rest = [];
    restBytes = 0;
    message(line.toString().replace(/\r$/, ""));
  };
  return {
    write(chunk) {
      let from = 0;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
        end(chunk.subarray(from, at));
        from = at + 1;
      }
      if (from === chunk.length) return;
      rest.push(chunk.subarray(from));
      restBytes += chunk.length - from;
      if (restBytes > LONGEST_MESSAGE_BYTES) end(Buffer.alloc(0));
    },
    flush() {
      if (restBytes) end(Buffer.alloc(0));
    },
  };
}

const FRAME_MARK = 0xa55a0003;
const HEADER_BYTES = 16;

/**
 * The descriptor on which our Node.js and Python runtimes write whole messages: mark (4 bytes), length (4), time in
 * microseconds (8), text.
 */
export function frameReader(message: (text: string) => void): MessageReader {
  let buffer: Buffer = Buffer.alloc(0);
  return {
    write(chunk) {
      buffer = buffer.length ? Buffer.concat([buffer, chunk]) : chunk;
      while (buffer.length >= HEADER_BYTES) {
        if (buffer.readUInt32BE(0) !== FRAME_MARK) {
          // Not ours: somebody wrote to the descriptor directly.
          message(buffer.toString());
          buffer = Buffer.alloc(0);
          return;
        }
        const length = buffer.readUInt32BE(4);
        if (buffer.length < HEADER_BYTES + length) return;
        message(buffer.toString("utf8", HEADER_BYTES, HEADER_BYTES + length));
        buffer = buffer.subarray(HEADER_BYTES + length);
      }
    },
    flush() {},
  };
}
