/**
 * Reads lines that end in a line feed from bytes as they come, cut at any place. Only a line feed ends a line: a text may hold
 * U+2028. Empty lines are passed over, and what follows the last line feed is never a line: it may have been cut short.
 */
export class LineReader {
  // Takes the BOM away, and holds back the bytes of a character that is cut in two.
  readonly #decoder = new TextDecoder();
  #parts: string[] = [];

  /** The lines that these bytes complete. */
  push(bytes: Uint8Array): string[] {
    const [first = '', ...rest] = this.#decoder.decode(bytes, { stream: true }).split('\n');
    this.#parts.push(first);
    if (rest.length === 0) return [];
    const lines = [this.#parts.join(''), ...rest];
    this.#parts = [lines.pop() ?? ''];
    return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)).filter((line) => line !== '');
  }
}
