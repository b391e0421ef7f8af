const MOST_CHARACTERS = 64 * 1024;

/** The end of what an instance has written: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html */
export class Console {
  #text = "";
  writtenMs = 0;

  write(line: string, nowMs: number): void {
    this.writtenMs = nowMs;
    this.#text = `${this.#text}${line}\n`.slice(-MOST_CHARACTERS);
  }

  get text(): string {
    return this.#text;
  }
}
