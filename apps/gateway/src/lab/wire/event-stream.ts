const LF = 10;
const CR = 13;
const SPACE = 32;
const FIELD = Buffer.from('data:');

/**
 * Tells content from framing in an event stream (HTML Living Standard §9.2.5), however it is cut into pieces: the values of
 * `data` are content; field names, other fields, comments and line ends are not.
 */
export class EventStream {
  // How much of `data:` the line has matched; beyond it, in the value; negative: this line is no data.
  #matched = 0;
  #spaceMayFollow = false;

  /** How many of these bytes are content. */
  content(piece: Buffer): number {
    let count = 0;
    for (const byte of piece) {
      if (byte === LF || byte === CR) this.#matched = 0;
      else if (this.#matched === FIELD.length) {
        // One space after the colon belongs to the framing.
        if (!(this.#spaceMayFollow && byte === SPACE)) count++;
        this.#spaceMayFollow = false;
      } else if (this.#matched >= 0) {
        this.#matched = byte === FIELD[this.#matched] ? this.#matched + 1 : -1;
        this.#spaceMayFollow = true;
      }
    }
    return count;
  }
}

/** The fields that stand in a piece of an event stream. */
export function eventFields(text: string): [string, string][] {
  return text.split(/\r\n|\n|\r/).flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')]] : [];
  });
}
