export { cbor } from './decoder.js';
export { cborWriter } from './writer.js';
