// What a script of Angular needs to run as a page without a browser; `node --import` loads it, and the script's argument is the origin.
import '@angular/compiler';
import { JSDOM } from 'jsdom';

const { window } = new JSDOM('<app-root></app-root>', { url: process.argv[2] });
const { document, location, Node } = window;
// jsdom takes no signal but its own; these pages live as long as the script.
const listen = document.addEventListener.bind(document);
document.addEventListener = (type, listener) => listen(type, listener);
// What Angular prints while it is developed with is not the script's.
Object.assign(globalThis, { document, location, Node, ngDevMode: false, ngServerMode: false });
