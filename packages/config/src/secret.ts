import { inspect } from 'node:util';

/**
 * A value that must not be seen: every way of printing it gives `[secret NAME]`, where NAME is the environment
 * variable it came from. Only `reveal()` gives the value; call it where a connection is opened, nowhere else.
 */
export class Secret {
  readonly #value: string;
  readonly name: string;

  constructor(name: string, value: string) {
    this.name = name;
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return `[secret ${this.name}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  static {
    Object.defineProperty(this.prototype, inspect.custom, {
      value(this: Secret): string {
        return this.toString();
      },
    });
  }
}
