import { execFile } from 'node:child_process';
import { transform } from 'esbuild';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CleanUp } from './clean-up.js';
import { root } from './root.js';

const run = promisify(execFile);

/** What the package leaves to its program: the same versions that lie here, so that no registry is asked. */
const HELD = ['rxjs', 'valibot', 'tslib', '@angular/core', '@angular/common', '@angular/platform-browser'];
const STRICT = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    target: 'es2022',
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    types: [],
    experimentalDecorators: true,
  },
  angularCompilerOptions: { strictTemplates: true, strictInjectionParameters: true },
};
const ANGULAR_PAGE = new URL('angular-page.mjs', import.meta.url).href;

/** A project that has installed the package that `npm run build:sdk` makes. */
export class SdkProject {
  private constructor(readonly folder: string) {}

  /** Builds the package, packs it, and unpacks it as npm does. */
  static async make(cleanUp: CleanUp): Promise<SdkProject> {
    const folder = await mkdtemp(join(tmpdir(), 'telewire-package-'));
    cleanUp.add(() => rm(folder, { recursive: true }));
    await run(process.execPath, [join(root, 'scripts/build-sdk.mjs'), join(folder, 'made')]);
    const pack = ['pack', '--silent', '--ignore-scripts', join(folder, 'made')];
    const { stdout } = await run('npm', pack, { cwd: folder });
    const project = new SdkProject(join(folder, 'project'));
    await mkdir(project.client, { recursive: true });
    await run('tar', ['-xzf', join(folder, stdout.trim()), '-C', project.client, '--strip-components=1']);
    const modules = join(project.folder, 'node_modules');
    await mkdir(join(modules, '@angular'));
    for (const name of HELD) await symlink(join(root, 'node_modules', name), join(modules, name));
    await project.write('package.json', '{ "type": "module" }');
    return project;
  }

  /** Where the package lies. */
  get client(): string {
    return join(this.folder, 'node_modules/@telewire/client');
  }

  /** A file of the package. */
  read(name: string): Promise<string> {
    return readFile(join(this.client, name), 'utf8');
  }

  /** Writes a file of the project. */
  write(name: string, text: string): Promise<void> {
    return writeFile(join(this.folder, name), text);
  }

  /** Runs a script of the project as a page of `origin` would; resolves with what it prints. */
  async node(name: string, text: string, origin: string): Promise<string> {
    await this.write(name, text);
    const page = `data:text/javascript,globalThis.location={origin:${JSON.stringify(origin)}}`;
    return (await run(process.execPath, ['--import', page, name, origin], { cwd: this.folder })).stdout;
  }

  /** Runs a script of the project as an Angular page of `origin` would; resolves with what it prints. */
  async page(name: string, text: string, origin: string): Promise<string> {
    const compilerOptions = { experimentalDecorators: true, useDefineForClassFields: false };
    const { code } = await transform(text, { loader: 'ts', tsconfigRaw: { compilerOptions } });
    await this.write(name, code);
    return (await run(process.execPath, ['--import', ANGULAR_PAGE, name, origin], { cwd: this.folder })).stdout;
  }

  /** What a strict compiler has to say of these files; nothing, where all is well. */
  async compile(files: Readonly<Record<string, string>>): Promise<string> {
    for (const [name, text] of Object.entries(files)) await this.write(name, text);
    await this.write('tsconfig.json', JSON.stringify({ ...STRICT, files: Object.keys(files) }));
    const ngc = join(root, 'node_modules/@angular/compiler-cli/bundles/src/bin/ngc.js');
    const compiling = run(process.execPath, [ngc, '-p', this.folder], { cwd: this.folder });
    const { stdout, stderr } = await compiling.catch((error: { stdout: string; stderr: string }) => error);
    return stdout + stderr;
  }
}
