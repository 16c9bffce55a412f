/** A folder whose files change all at once, by a link that is replaced: as a kubelet keeps what it projects into a Pod. */

/** Such a folder. */
export class SwitchedFolder {
  #versions = 0;

  /** @param path Its path; it is there, and empty. */
  constructor(readonly path: string) {}

  /** Writes all files, always the same ones, and puts them in place of the present ones. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    const version = `..${++this.#versions}`;
    await Deno.mkdir(`${this.path}/${version}`);
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${this.path}/${version}/${name}`, text, { mode: 0o644 });
      if (this.#versions === 1) await Deno.symlink(`..data/${name}`, `${this.path}/${name}`);
    }
    await Deno.symlink(version, `${this.path}/..data_tmp`);
    await Deno.rename(`${this.path}/..data_tmp`, `${this.path}/..data`);
    if (this.#versions > 1) await Deno.remove(`${this.path}/..${this.#versions - 1}`, { recursive: true });
  }
}
