// A file of its own, in whose place the design build has another.
export { provideTelewire } from '@telewire/angular';
