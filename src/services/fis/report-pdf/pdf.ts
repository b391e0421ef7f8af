/**
 * A PDF of A4 pages with lines of text, tables and graphs, in fonts that every reader has:
 * https://opensource.adobe.com/dc-acrobat-sdk-docs/pdfstandards/PDF32000_2008.pdf
 */

const PAGE = { width: 595, height: 842, margin: 50 } as const;
const INNER = PAGE.width - 2 * PAGE.margin;
const LINE = 1.35;
const FONTS = { plain: "Helvetica", bold: "Helvetica-Bold", fixed: "Courier" } as const;
type Font = keyof typeof FONTS;
const FONT_NAMES = Object.keys(FONTS) as Font[];
/** How wide a character is, in ems: exact for the fixed font, for the others more than most are. */
const EMS: Readonly<Record<Font, number>> = { plain: 0.54, bold: 0.58, fixed: 0.6 };
const TABLE_SIZE = 7;
const COLORS = ["0.13 0.40 0.67", "0.84 0.38 0.30", "0.30 0.60 0.34", "0.55 0.38 0.65", "0.75 0.55 0.10"];

/** A curve: places from 0 to 1 across and up. */
export interface Curve {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export class Pdf {
  readonly #pages: string[][] = [];
  #y = 0;

  heading(text: string, size = 13): void {
    this.#room(size * LINE * 3);
    this.#y -= size * 0.8;
    this.#lines(text, "bold", size);
  }

  paragraph(text: string): void {
    this.#lines(text, "plain", 9);
  }

  /** Columns as wide as what is in them, as far as there is room; what does not fit is cut. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    const widths = columnWidths([head, ...rows], Math.floor(INNER / (TABLE_SIZE * EMS.fixed)));
    const row = (cells: readonly string[]) =>
      cells.map((cell, n) => cut(cell, widths[n] ?? 0).padEnd(widths[n] ?? 0)).join("  ");
    this.#line(row(head), "fixed", TABLE_SIZE);
    this.#draw(
      `0.5 w ${PAGE.margin} ${at(this.#y - 2)} m ${PAGE.width - PAGE.margin} ${at(this.#y - 2)} l S`,
    );
    this.#y -= 3;
    for (const cells of rows) this.#line(row(cells), "fixed", TABLE_SIZE);
    this.#y -= TABLE_SIZE;
  }

  /**
   * @param axis what stands at its corners: below on the left and on the right, and the greatest and the least value; and the places
   *   across, from 0 to 1, that are marked
   */
  graph(
    title: string,
    curves: readonly Curve[],
    axis: Readonly<Record<"from" | "to" | "most" | "least", string>> & { readonly marks: readonly number[] },
  ): void {
    const height = 110;
    this.#room(height + 60);
    this.#line(title, "bold", 9);
    this.#y -= 3;
    const bottom = this.#y - height;
    this.#draw(`0.5 w 0.7 G ${PAGE.margin} ${at(bottom)} ${INNER} ${height} re S 0 G`);
    this.#put(axis.most, "fixed", 6, PAGE.margin + 2, this.#y - 7);
    this.#put(axis.least, "fixed", 6, PAGE.margin + 2, bottom + 3);
    for (const x of axis.marks) {
      const across = at(PAGE.margin + x * INNER);
      this.#draw(
        `0.5 w 0.5 G [2 2] 0 d ${across} ${at(bottom)} m ${across} ${at(bottom + height)} l S [] 0 d 0 G`,
      );
    }
    for (const [n, { points }] of curves.entries()) {
      const places = points.map(([x, y]) => `${at(PAGE.margin + x * INNER)} ${at(bottom + y * height)}`);
      const line = places.map((place, m) => `${place} ${m === 0 ? "m" : "l"}`);
      // A line to where it begins is a dot.
      const dots = places.map((place) => `${place} m ${place} l`);
      const color = COLORS[n % COLORS.length];
      if (places.length > 0)
        this.#draw(`1 w ${color} RG ${line.join(" ")} S 1 J 3 w ${dots.join(" ")} S 0 J 0 G`);
    }
    this.#y = bottom;
    this.#line(axis.from, "fixed", 6);
    this.#put(axis.to, "fixed", 6, PAGE.width - PAGE.margin - axis.to.length * 6 * EMS.fixed, this.#y);
    for (const [n, { label }] of curves.entries()) {
      this.#line(`   ${label}`, "fixed", 6);
      this.#draw(
        `2 w ${COLORS[n % COLORS.length]} RG ${PAGE.margin} ${at(this.#y + 2)} m ${PAGE.margin + 8} ${at(this.#y + 2)} l S 0 G`,
      );
    }
    this.#y -= 8;
  }

  bytes(): Buffer {
    const pages = this.#pages.length > 0 ? this.#pages : [[]];
    const firstPage = 3 + FONT_NAMES.length;
    const fonts = FONT_NAMES.map((name, n) => `/${name} ${3 + n} 0 R`).join(" ");
    const objects = [
      "<< /Type /Catalog /Pages 2 0 R >>",
      `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, n) => `${firstPage + 2 * n} 0 R`).join(" ")}] >>`,
      ...FONT_NAMES.map(
        (name) => `<< /Type /Font /Subtype /Type1 /BaseFont /${FONTS[name]} /Encoding /WinAnsiEncoding >>`,
      ),
      ...pages.flatMap((content, n) => {
        const stream = content.join("\n");
        return [
          `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] /Resources << /Font << ${fonts} >> >> /Contents ${firstPage + 2 * n + 1} 0 R >>`,
          `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
        ];
      }),
    ];
    let file = "%PDF-1.4\n";
    const offsets = objects.map((object, n) => {
      const offset = file.length;
      file += `${n + 1} 0 obj\n${object}\nendobj\n`;
      return `${String(offset).padStart(10, "0")} 00000 n \n`;
    });
    const start = file.length;
    const count = objects.length + 1;
    file += `xref\n0 ${count}\n0000000000 65535 f \n${offsets.join("")}trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
    return Buffer.from(file, "latin1");
  }

  #lines(text: string, font: Font, size: number): void {
    for (const line of wrapped(text, Math.floor(INNER / (size * EMS[font])))) this.#line(line, font, size);
  }

  #line(text: string, font: Font, size: number): void {
    this.#room(size * LINE);
    this.#y -= size * LINE;
    this.#put(text, font, size, PAGE.margin, this.#y);
  }

  #put(text: string, font: Font, size: number, x: number, y: number): void {
    this.#draw(`BT /${font} ${size} Tf ${at(x)} ${at(y)} Td (${escaped(text)}) Tj ET`);
  }

  #draw(operators: string): void {
    this.#pages.at(-1)?.push(operators);
  }

  /** A new page where there is none so high. */
  #room(height: number): void {
    if (this.#pages.length > 0 && this.#y - height >= PAGE.margin) return;
    this.#pages.push([]);
    this.#y = PAGE.height - PAGE.margin;
  }
}

const at = (place: number): string => place.toFixed(1);

/** Of what the fonts have one byte a character; everything else is a question mark. */
const escaped = (text: string): string =>
  text
    .replaceAll("…", "...")
    .replace(/[^\x20-\x7e\xa0-\xff]/g, "?")
    .replace(/[\\()]/g, "\\$&");

const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 2))}..`;

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((one) => one.match(new RegExp(`.{1,${width}}`, "g")) ?? [])) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** The widest gives way as long as there is too little room. */
function columnWidths(rows: readonly (readonly string[])[], room: number): number[] {
  const widths = (rows[0] ?? []).map((_, n) => Math.max(...rows.map((cells) => cells[n]?.length ?? 0)));
  const gaps = 2 * Math.max(0, widths.length - 1);
  while (widths.reduce((sum, width) => sum + width, gaps) > room) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}
