const KEPT = 200;

/** A line of a log. */
export interface LogLine {
  /** Counts up and never repeats. */
  readonly key: number;
  readonly at: number;
  readonly series: string;
  readonly text: string;
}

/** The newest texts and states of a widget, newest first. Older than the newest 200 is forgotten. */
export class TextLog {
  private kept: readonly LogLine[] = [];
  private next = 0;

  get lines(): readonly LogLine[] {
    return this.kept;
  }

  /** Takes lines in the order they came; what is older than lines that are there is put below them. */
  take(lines: readonly Omit<LogLine, 'key'>[]): void {
    if (lines.length === 0) return;
    const fresh = lines.map((line) => ({ ...line, key: this.next++ }));
    this.kept = [...fresh, ...this.kept].sort((a, b) => b.at - a.at || b.key - a.key).slice(0, KEPT);
  }
}
