import avro from 'avsc';

const answerWithinMs = 20_000;
const mostTries = 6;

/** Values by the schema they were written with, as the registry has it: nothing of ours in between. */
export class Values {
  readonly #registryUrl: string;
  /** By schema id; null: the registry has no such schema. */
  readonly #types = new Map<number, avro.Type | null>();

  constructor(registryUrl: string) {
    this.#registryUrl = registryUrl;
  }

  /** The value of a record that was written as `understudy.(name)`; null if it was not, or can't be read. */
  async read<T>(name: string, value: Buffer): Promise<T | null> {
    if (value.length < 5 || value[0] !== 0) return null;
    const type = await this.#type(value.readInt32BE(1));
    if (type?.name !== `understudy.${name}`) return null;
    try {
      return type.fromBuffer(value.subarray(5)) as T;
    } catch {
      return null;
    }
  }

  async #type(id: number): Promise<avro.Type | null> {
    const known = this.#types.get(id);
    if (known !== undefined) return known;
    const response = await this.#ask(`${this.#registryUrl}/schemas/ids/${id}`);
    if (!response.ok && response.status !== 404)
      throw new Error(`the registry answers ${response.status} for schema ${id}`);
    const type = response.ok ? typeOf((await response.json()) as { schema: string }) : null;
    this.#types.set(id, type);
    return type;
  }

  /** Again where no answer comes in time: half an hour of faults is not to be in vain for it. */
  async #ask(url: string): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await fetch(url, { signal: AbortSignal.timeout(answerWithinMs) });
      } catch (error) {
        if (tries === mostTries) throw error;
      }
    }
  }
}

function typeOf({ schema }: { schema: string }): avro.Type {
  return avro.Type.forSchema(JSON.parse(schema) as avro.Schema, { wrapUnions: false });
}
