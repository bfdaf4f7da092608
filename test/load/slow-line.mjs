import { Duplex } from 'node:stream';

/** A connection over which so many bytes a second come once it is slow. What is said on it goes out at once. */
export class SlowLine extends Duplex {
  #rate = Infinity;
  #wanted = false;
  #timer;

  constructor(socket, bytesPerSecond) {
    super({ readableHighWaterMark: 1 });
    this.socket = socket;
    this.bytesPerSecond = bytesPerSecond;
    socket.on('readable', () => this.#pull());
    socket.on('end', () => this.push(null));
    socket.on('error', () => this.destroy());
    socket.on('close', () => this.destroy());
  }

  slow() {
    this.#rate = this.bytesPerSecond / 10;
    this.#timer = setInterval(() => this.#wanted && this.#give(), 100);
  }

  hurry() {
    clearInterval(this.#timer);
    this.#rate = Infinity;
    this.#pull();
  }

  _read() {
    this.#wanted = true;
    this.#pull();
  }

  _write(chunk, encoding, done) {
    this.socket.write(chunk, encoding, done);
  }

  _destroy(error, done) {
    clearInterval(this.#timer);
    this.socket.destroy();
    done(error);
  }

  setNoDelay() {}
  setTimeout() {}
  setKeepAlive() {}
  ref() {}
  unref() {}

  #pull() {
    if (this.#wanted && this.#rate === Infinity) this.#give();
  }

  #give() {
    if (this.#rate === 0) return;
    const size = Math.min(this.#rate, this.socket.readableLength);
    const chunk = size > 0 ? this.socket.read(size) : this.socket.read(0);
    if (!chunk) return;
    this.#wanted = false;
    this.push(chunk);
  }
}
