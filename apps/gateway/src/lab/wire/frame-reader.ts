import { isUtf8 } from 'node:buffer';
import { Draft } from './draft.js';
import { Utf8 } from './utf8.js';

/** What a {@link FrameReader} finds, in order. */
export interface FrameListener {
  /** Bytes have passed; called for every byte, as it passes. */
  counted(header: number, body: number): void;
  /** A frame is whole. */
  shown(draft: Draft, kind: 'frame' | 'broken'): void;
  /** A close frame is whole. Returns true when it is the first on this connection. */
  closing(): boolean;
}

// RFC 6455 §11.8
const OPCODES: Readonly<Record<number, string>> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
};
const isControl = (opcode: number) => opcode >= 8;
const isData = (opcode: number) => opcode <= 2;

/** Reads one direction of a WebSocket connection (RFC 6455 §5), frame after frame. What breaks a rule is shown with its clause. */
export class FrameReader {
  readonly #head = Buffer.alloc(14);
  #have = 0;
  #need = 2;
  // Of the payload: how much has passed, and is to come.
  #passed = 0;
  #left = 0;
  #draft = new Draft();
  // The message that is open over several frames, and the check of its text.
  #message: 'text' | 'binary' | undefined;
  #text = new Utf8();
  #wasBad = false;
  #closed = false;
  #broken = false;

  constructor(
    private readonly from: 'client' | 'gateway',
    private readonly listener: FrameListener,
  ) {}

  /** True between two frames. */
  get between(): boolean {
    return this.#have === 0 && !this.#broken;
  }

  /** True once this side may send nothing more (RFC 6455 §5.5.1). */
  get closed(): boolean {
    return this.#closed || this.#broken;
  }

  /** Takes bytes; returns how many: all, or up to the end of the first frame. */
  push(bytes: Buffer, until?: 'frame'): number {
    let at = 0;
    while (at < bytes.length) {
      at += this.#step(bytes.subarray(at));
      if (until && this.between) break;
    }
    return at;
  }

  /** Nothing more comes in this direction. */
  end(): void {
    if (this.between || this.#broken) return;
    this.#draft.title ||= 'broken';
    this.#draft.faults.push('ended in the middle of a frame (RFC 6455 §7.1.7)');
    this.#show('broken');
    this.#broken = true;
  }

  get #opcode(): number {
    return this.#head[0]! & 0x0f;
  }

  get #masked(): boolean {
    return (this.#head[1]! & 0x80) !== 0;
  }

  #step(bytes: Buffer): number {
    if (this.#broken) {
      this.listener.counted(bytes.length, 0);
      return bytes.length;
    }
    if (this.#have < this.#need) return this.#takeHead(bytes);
    const piece = bytes.subarray(0, this.#left);
    const isBody = isData(this.#opcode);
    this.#pass(piece, isBody ? piece.length : 0);
    this.#takePayload(piece);
    return piece.length;
  }

  #takeHead(bytes: Buffer): number {
    const piece = bytes.subarray(0, this.#need - this.#have);
    piece.copy(this.#head, this.#have);
    this.#have += piece.length;
    this.#pass(piece, 0);
    if (this.#have === 2) {
      const short = this.#head[1]! & 0x7f;
      this.#need = 2 + (short === 127 ? 8 : short === 126 ? 2 : 0) + (this.#masked ? 4 : 0);
    }
    if (this.#have === this.#need) this.#begin();
    return piece.length;
  }

  #begin(): void {
    const head = this.#head;
    const short = head[1]! & 0x7f;
    const fin = (head[0]! & 0x80) !== 0;
    const length = short === 127 ? head.readBigUInt64BE(2) : BigInt(short === 126 ? head.readUInt16BE(2) : short);
    const name = OPCODES[this.#opcode] ?? 'reserved';
    this.#draft.title = name;
    this.#draft.fields.push(
      ['FIN', fin ? '1' : '0'],
      ['RSV', ((head[0]! >> 4) & 7).toString(2).padStart(3, '0')],
      ['opcode', `0x${this.#opcode.toString(16)} ${name}`],
      ['mask', this.#masked ? head.subarray(this.#need - 4, this.#need).toString('hex') : 'none'],
      ['length', String(length)],
    );
    this.#draft.faults.push(...this.#faultsOf(short, length, fin));
    if (length > 2n ** 53n) {
      this.#show('broken');
      this.#broken = true;
      return;
    }
    this.#follow(fin);
    this.#left = Number(length);
    if (this.#left === 0) this.#finish();
  }

  #faultsOf(short: number, length: bigint, fin: boolean): string[] {
    const opcode = this.#opcode;
    const minimal = length < 126n ? short < 126 : length < 65_536n ? short === 126 : true;
    const rules: [broken: boolean, fault: string][] = [
      [(this.#head[0]! & 0x70) !== 0, 'a reserved bit is set (RFC 6455 §5.2)'],
      [OPCODES[opcode] === undefined, 'a reserved opcode (RFC 6455 §5.2)'],
      [!minimal, 'a length in more bytes than it needs (RFC 6455 §5.2)'],
      [length >= 2n ** 63n, 'a length whose highest bit is set (RFC 6455 §5.2)'],
      [this.from === 'client' && !this.#masked, 'a client must mask its frames (RFC 6455 §5.1)'],
      [this.from === 'gateway' && this.#masked, 'a server must not mask its frames (RFC 6455 §5.1)'],
      [isControl(opcode) && !fin, 'a control frame in fragments (RFC 6455 §5.5)'],
      [isControl(opcode) && length > 125n, 'a control frame of more than 125 bytes (RFC 6455 §5.5)'],
      [opcode === 0 && !this.#message, 'a continuation of nothing (RFC 6455 §5.4)'],
      [(opcode === 1 || opcode === 2) && !!this.#message, 'a new message before the last one ended (RFC 6455 §5.4)'],
      [this.#closed && opcode !== 8, 'a frame after the close frame (RFC 6455 §5.5.1)'],
      [this.#closed && opcode === 8, 'a second close frame (RFC 6455 §5.5.1)'],
    ];
    return rules.flatMap(([broken, fault]) => (broken ? [fault] : []));
  }

  /** Opens or goes on with a message. */
  #follow(fin: boolean): void {
    if (this.#opcode === 1 || this.#opcode === 2) {
      this.#message = this.#opcode === 1 ? 'text' : 'binary';
      this.#text = new Utf8();
      this.#wasBad = false;
    }
    const { title } = this.#draft;
    if (isData(this.#opcode) && !fin) this.#draft.title = `${title}, more follows`;
    else if (this.#opcode === 0) this.#draft.title = `${title}, the last`;
  }

  #takePayload(piece: Buffer): void {
    const content = this.#masked ? this.#unmask(piece) : piece;
    this.#draft.say(content);
    this.#passed += piece.length;
    this.#left -= piece.length;
    if (isData(this.#opcode) && this.#message === 'text') this.#text.push(content);
    if (this.#left === 0) this.#finish();
  }

  /** RFC 6455 §5.3 */
  #unmask(piece: Buffer): Buffer {
    const key = this.#head.subarray(this.#need - 4, this.#need);
    const content = Buffer.allocUnsafe(piece.length);
    for (let i = 0; i < piece.length; i++) content[i] = piece[i]! ^ key[(this.#passed + i) & 3]!;
    return content;
  }

  #finish(): void {
    const fin = (this.#head[0]! & 0x80) !== 0;
    if (isData(this.#opcode)) {
      if (this.#message === 'text') this.#judgeText(fin);
      if (fin) this.#message = undefined;
    }
    if (this.#opcode === 8) this.#close();
    this.#show('frame');
  }

  /** The frame in which a text goes wrong is at fault, and not those after it. */
  #judgeText(fin: boolean): void {
    const bad = this.#text.bad || (fin && !this.#text.whole);
    if (bad && !this.#wasBad) this.#draft.faults.push('text that is not UTF-8 (RFC 6455 §8.1)');
    this.#wasBad = bad;
    // A fragment may end within a character (RFC 6455 §5.6).
    this.#draft.spoken = this.#draft.content.toString();
  }

  #close(): void {
    const { content, fields, faults } = this.#draft;
    if (content.length >= 2) {
      const code = content.readUInt16BE(0);
      const reason = content.subarray(2);
      this.#draft.title = `close ${code}`;
      this.#draft.spoken = reason.toString();
      fields.push(['code', String(code)], ['reason', reason.toString()]);
      if (!mayBeSent(code)) faults.push(`${code} is no code for a close frame (RFC 6455 §7.4)`);
      if (!isUtf8(reason)) faults.push('a reason that is not UTF-8 (RFC 6455 §5.5.1)');
    } else if (content.length === 1) faults.push('a close code of one byte (RFC 6455 §5.5.1)');
    this.#closed = true;
    fields.push(['closing', this.listener.closing() ? `begun by the ${this.from}` : `answered by the ${this.from}`]);
  }

  #pass(piece: Buffer, body: number): void {
    this.#draft.pass(piece, body);
    this.listener.counted(piece.length - body, body);
  }

  #show(kind: 'frame' | 'broken'): void {
    const draft = this.#draft;
    this.#draft = new Draft();
    this.#have = 0;
    this.#need = 2;
    this.#passed = 0;
    this.listener.shown(draft, kind);
  }
}

/** RFC 6455 §7.4.1 and the registry that §11.7 opened: 1004 to 1006 and 1015 are never sent, 1016 to 2999 not yet given out. */
const mayBeSent = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);
