/** Checks text that comes in pieces, byte by byte: well-formed UTF-8 (RFC 3629 §4, Unicode 15 table 3-7). */
export class Utf8 {
  #missing = 0;
  // What the next byte of a character may be; only its second is bound more tightly.
  #least = 0x80;
  #most = 0xbf;

  #bad = false;

  /** True once there was a byte that cannot be part of a text. */
  get bad(): boolean {
    return this.#bad;
  }

  /** True when no character is left incomplete. */
  get whole(): boolean {
    return this.#missing === 0;
  }

  /** Takes more bytes. */
  push(bytes: Buffer): void {
    for (const byte of bytes) {
      if (this.#bad) return;
      this.#bad = !this.#take(byte);
    }
  }

  #take(byte: number): boolean {
    if (this.#missing > 0) {
      if (byte < this.#least || byte > this.#most) return false;
      this.#missing--;
      this.#least = 0x80;
      this.#most = 0xbf;
      return true;
    }
    if (byte < 0x80) return true;
    if (byte < 0xc2 || byte > 0xf4) return false;
    this.#missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    if (byte === 0xe0) this.#least = 0xa0;
    if (byte === 0xed) this.#most = 0x9f;
    if (byte === 0xf0) this.#least = 0x90;
    if (byte === 0xf4) this.#most = 0x8f;
    return true;
  }
}
