import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import { namePattern } from '@understudy/domain';
import { z } from 'zod';
import { Secret } from './secret.ts';
import { formatDuration, formatSize, parseDuration, parseSize } from './units.ts';

/**
 * The kinds of values that `understudy.yaml` is made of. The message of each says what is allowed; place and what
 * was found are added where problems are gathered (`read-config.ts`).
 */

/** What a value may refer to outside the file. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths in the file start here. */
  readonly directory: string;
}

/** A mapping with these keys and no others. For an unknown key the message lists the known ones. */
export function section<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodObject<z.core.util.Writeable<Shape>, z.core.$strict> {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? known : `a mapping of ${known}`),
  });
}

/** A list of at least `min` values. */
export function list<Item extends z.ZodType>(item: Item, what: string, min = 0): z.ZodArray<Item> {
  const allowed = min === 0 ? `a list of ${what}` : `a list of at least ${min} ${what}`;
  return z.array(item, allowed).min(min, allowed);
}

export function text(pattern: RegExp, allowed: string): z.ZodString {
  return z.string(allowed).regex(pattern, allowed);
}

export function flag(): z.ZodBoolean {
  return z.boolean('true or false');
}

export function oneOf<const Values extends readonly [string, ...string[]]>(
  values: Values,
): z.ZodType<Values[number], Values[number]> {
  return z.enum(values, `one of ${values.join(', ')}`);
}

export function integer(min: number, max: number): z.ZodNumber {
  const allowed = `a whole number from ${min} to ${max}`;
  return z.int(allowed).min(min, allowed).max(max, allowed);
}

/** A number from `min` to `max`, both included. */
export function number(min: number, max: number): z.ZodNumber {
  const allowed = `a number from ${min} to ${max}`;
  return z.number(allowed).min(min, allowed).max(max, allowed);
}

/** A number between 0 and 1, neither included. */
export function properFraction(): z.ZodNumber {
  const allowed = 'a number between 0 and 1, neither included';
  return z.number(allowed).gt(0, allowed).lt(1, allowed);
}

/** The value, or `off`. @param allowed - as the value's own message says */
export function orOff<T extends z.ZodType>(value: T, allowed: string): z.ZodUnion<[z.ZodLiteral<'off'>, T]> {
  return z.union([z.literal('off'), value], `off, or ${allowed}`);
}

/** A number above 0 and up to 1. */
export function share(): z.ZodNumber {
  const allowed = 'a number above 0 and up to 1';
  return z.number(allowed).gt(0, allowed).max(1, allowed);
}

/** What a number is multiplied with: any finite one above 0. */
export function factor(): z.ZodNumber {
  const allowed = 'a number above 0';
  return z.number(allowed).gt(0, allowed);
}

/** A tolerance: any finite number that is not negative. */
export function tolerance(): z.ZodNumber {
  const allowed = 'a number of 0 or more';
  return z.number(allowed).min(0, allowed);
}

/** A duration, given with its unit and read in milliseconds. `min` and `max` are in milliseconds. */
export function duration(min: number, max: number): z.ZodType<number, string> {
  const range = `from ${formatDuration(min)} to ${formatDuration(max)}`;
  return quantity(parseDuration, {
    min,
    max,
    allowed: `a duration with its unit, such as 500ms, 5s, 10m or 7d, ${range}`,
  });
}

/** A size, given with its unit and read in bytes. */
export function size(min: number, max: number): z.ZodType<number, string> {
  const range = `from ${formatSize(min)} to ${formatSize(max)}`;
  return quantity(parseSize, { min, max, allowed: `a size with its unit, such as 4KiB or 10MiB, ${range}` });
}

function quantity(
  parse: (text: string) => number | null,
  { min, max, allowed }: { min: number; max: number; allowed: string },
): z.ZodType<number, string> {
  return z.string(allowed).transform((given, context) => {
    const amount = parse(given);
    if (amount !== null && amount >= min && amount <= max) return amount;
    context.addIssue({ code: 'custom', message: allowed });
    return z.NEVER;
  });
}

/** The name of an experiment or a shadow: part of topic names. */
export function name(): z.ZodString {
  return text(namePattern, 'a name of 1 to 40 of a-z, 0-9 and -, not beginning with -');
}

/** The name or address of a network interface to listen on. */
export function host(): z.ZodString {
  return text(/^[^\s/@]{1,253}$/, 'a host name or an IP address to listen on');
}

/** A name by which a browser reaches a service: no port, no address. */
export function hostName(): z.ZodString {
  return text(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/, 'a host name without port, such as console.internal');
}

/** A TCP port to listen on; 0 takes any free one. */
export function port(): z.ZodNumber {
  return integer(0, 65_535);
}

export function hostAndPort(): z.ZodString {
  const allowed = 'host:port, such as broker-1.internal:9092';
  return text(/^([^\s/@:]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}$/, allowed).refine(
    (given) => Number(given.slice(given.lastIndexOf(':') + 1)) <= 65_535,
    allowed,
  );
}

/** An address to which a path is appended; read without a slash at its end. */
export function baseUrl(): z.ZodType<string, string> {
  const allowed = 'an http:// or https:// address without user, password, query and fragment';
  return z.string(allowed).transform((given, context) => {
    const url = URL.parse(given);
    const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
    if (isHttp && !/[@?#\s]/.test(given)) return url.href.replace(/\/+$/, '');
    context.addIssue({ code: 'custom', message: allowed });
    return z.NEVER;
  });
}

const allowedWebAddress = 'an http:// or https:// address without user, password and fragment';

/** An address that is called as it is, path and query too. */
function webAddress(): z.ZodType<string, string> {
  return z.string(allowedWebAddress).transform((given, context) => {
    const address = parseWebAddress(given);
    if (address !== null) return address;
    context.addIssue({ code: 'custom', message: allowedWebAddress });
    return z.NEVER;
  });
}

function parseWebAddress(given: string): string | null {
  const url = URL.parse(given);
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  return isHttp && url.username === '' && url.password === '' && !/[#\s]/.test(given) ? url.href : null;
}

/** A web address, or by reference, `{ env: NAME }`: of many receivers, who knows the address may send to it. */
export function webAddressOrSecret(surroundings: Surroundings): z.ZodType<string | Secret> {
  const reference = z
    .looseObject({ env: z.string('the name of an environment variable') })
    .pipe(secret(surroundings))
    .refine((address) => parseWebAddress(address.reveal()) !== null, {
      error: `a reference to a variable that holds ${allowedWebAddress}`,
      params: secretIssue,
    });
  return z.union([webAddress(), reference], `${allowedWebAddress}, or { env: NAME }`);
}

/** A header's name; read in lower case, as Node gives headers. */
export function headerName(): z.ZodType<string, string> {
  return text(/^[!#$%&'*+.^_`|~\w-]{1,100}$/, 'the name of a header').toLowerCase();
}

/** An RFC 6901 pointer; the empty one is the whole body. */
export function jsonPointer(): z.ZodString {
  return text(/^(\/([^~/]|~[01])*)*$/, 'a JSON Pointer, such as /applicant/income (RFC 6901)');
}

/** A file that can be read now; read as its absolute path. */
export function readableFile({ directory }: Surroundings): z.ZodType<string, string> {
  const allowed = 'the path of a readable file';
  return z.string(allowed).transform((given, context) => {
    const path = resolve(directory, given);
    try {
      accessSync(path, constants.R_OK);
      return path;
    } catch {
      context.addIssue({ code: 'custom', message: `${allowed} (looked for ${path})` });
      return z.NEVER;
    }
  });
}

/** The path of a file that need not exist, read as its absolute path; or a word that stands for none. */
export function filePathOr(word: string, { directory }: Surroundings): z.ZodType<string, string> {
  return text(/^[^\0]{1,1000}$/, `the path of a file, or ${word}`).transform((given) =>
    given === word ? given : resolve(directory, given),
  );
}

/** Marks issues whose value must not be shown. */
export const secretIssue: { readonly secret: true } = { secret: true };

/** A secret by reference, `{ env: NAME }`, taken from the environment. A value in the file is refused. */
export function secret({ env }: Surroundings): z.ZodType<Secret, { env: string }> {
  const allowed =
    '{ env: NAME }, the environment variable (A-Z, 0-9, _) that holds it; never the value itself';
  return z
    .custom<{ env: string }>(isEnvironmentReference, { error: allowed, params: secretIssue })
    .transform((reference, context) => {
      const value = env[reference.env];
      if (value !== undefined && value !== '') return new Secret(reference.env, value);
      const message = `a reference to a variable that is set (the environment has no ${reference.env}, or an empty one)`;
      context.addIssue({ code: 'custom', message, params: secretIssue });
      return z.NEVER;
    });
}

function isEnvironmentReference(given: unknown): given is { env: string } {
  if (typeof given !== 'object' || given === null || Object.keys(given).join() !== 'env') return false;
  return 'env' in given && typeof given.env === 'string' && /^[A-Z_][A-Z0-9_]*$/.test(given.env);
}
