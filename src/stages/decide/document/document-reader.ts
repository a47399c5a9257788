import type { PolicyProblem } from '../../../domain/control-policy.ts';
import { neutralise } from '../../../domain/neutralise.ts';
import { nameOf } from '../../configure/complaints.ts';
import type { Place, YamlFile } from '../../configure/yaml-file.ts';

export interface ParseOptions {
  /** Content of the `.ics` files that calendars name, by the name as it is written. */
  readonly files?: ReadonlyMap<string, string>;
  /** Tells calendars that are over; without it, nothing that depends on the day is told. */
  readonly now?: Date;
}

interface Said {
  readonly severity?: PolicyProblem['severity'];
  readonly remedy?: string;
}

/** A document that has the right shape, and what is found to be wrong with what it says. */
export class DocumentReader {
  readonly yaml: YamlFile;
  readonly file: string;
  readonly problems: PolicyProblem[] = [];

  constructor(yaml: YamlFile, file: string) {
    this.yaml = yaml;
    this.file = file;
  }

  /** A problem with the setting at `path`, which the message goes on about. */
  tell(path: readonly PropertyKey[], message: string, said: Said = {}): void {
    this.add(this.yaml.placeOf(path), `${nameOf(path)} ${message}`, said);
  }

  /** A problem inside the text of a setting. */
  tellInText(path: readonly PropertyKey[], index: number, message: string, said: Said = {}): void {
    this.add(this.yaml.placeInText(path, index), `${nameOf(path)}: ${message}`, said);
  }

  hasErrors(): boolean {
    return this.problems.some(({ severity }) => severity === 'error');
  }

  private add(place: Place | undefined, message: string, { severity = 'error', remedy }: Said) {
    this.problems.push({
      severity,
      file: this.file,
      line: place?.line ?? 1,
      column: place?.column ?? 1,
      message: neutralise(message),
      ...(remedy !== undefined && { remedy }),
    });
  }
}
