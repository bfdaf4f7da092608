/** What is handed to the browser as files, from now on. */
export function keptFiles(): string[] {
  const files: string[] = [];
  globalThis.Blob = class {
    constructor(parts: string[]) {
      files.push(parts.join(''));
    }
  } as never;
  Object.assign(URL, { createObjectURL: () => '#', revokeObjectURL: () => undefined });
  return files;
}
