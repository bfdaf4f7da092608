interface Node<T> {
  readonly children: Map<string, Node<T>>;
  readonly here: Set<T>;
  readonly below: Set<T>;
}

const node = <T>(): Node<T> => ({ children: new Map(), here: new Set(), below: new Set() });

/**
 * Which of many topic filters match a name: a trie over levels, so that the cost of a look-up grows with the depth of
 * the name and not with the number of filters. Source of the rules: OASIS MQTT 5.0 §4.7.
 */
export class FilterIndex<T> {
  readonly #root = node<T>();

  /** Files `item` under a filter. */
  add(filter: string, item: T): void {
    let at = this.#root;
    for (const level of filter.split('/')) {
      if (level === '#') return void at.below.add(item);
      let next = at.children.get(level);
      if (next === undefined) at.children.set(level, (next = node()));
      at = next;
    }
    at.here.add(item);
  }

  /** Takes `item` out from under a filter, and the branches that this leaves empty. */
  delete(filter: string, item: T): void {
    this.#prune(this.#root, filter.split('/'), 0, item);
  }

  /** Every item that has a filter matching `name`, each once. */
  match(name: string): Set<T> {
    const found = new Set<T>();
    this.#collect(this.#root, name.split('/'), 0, found);
    return found;
  }

  #collect(at: Node<T>, levels: readonly string[], depth: number, found: Set<T>): void {
    for (const item of at.below) found.add(item);
    if (depth === levels.length) {
      for (const item of at.here) found.add(item);
      return;
    }
    const named = at.children.get(levels[depth]!);
    if (named) this.#collect(named, levels, depth + 1, found);
    const any = at.children.get('+');
    if (any) this.#collect(any, levels, depth + 1, found);
  }

  #prune(at: Node<T>, levels: readonly string[], depth: number, item: T): boolean {
    const level = levels[depth];
    if (level === undefined) at.here.delete(item);
    else if (level === '#') at.below.delete(item);
    else {
      const child = at.children.get(level);
      if (child && this.#prune(child, levels, depth + 1, item)) at.children.delete(level);
    }
    return at.here.size === 0 && at.below.size === 0 && at.children.size === 0;
  }
}
