/** Of a second's fraction the Data API writes nothing when it is zero, milliseconds when they are enough, else microseconds. */
export const withFraction = (text: string): string =>
  text.replace(/\.(\d+)/, (_, digits: string) => {
    const micros = digits.padEnd(6, "0");
    if (Number(micros) === 0) return "";
    return `.${micros.endsWith("000") ? micros.slice(0, 3) : micros}`;
  });
